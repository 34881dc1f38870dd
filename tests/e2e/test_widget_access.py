"""Who may see what in the widget, and by which means: consent, keyboard, screen readers, small
screens; texts that want to be scripts; pages that are not on the list."""
import json

import pytest
from playwright.sync_api import expect, sync_playwright

from conftest import until
from test_conversations import Desk
from widget_driver import DESKTOP, PHONE, Chat, axe_faults, launch
from widget_payloads import ALL, conversation
from widget_site import Between, Site, answered_by_a_provider, change_plan

BREAKFAST = "What time is breakfast?"
ANSWER = "Breakfast is served from 7:30 to 10:00. It is on the ground floor."


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture(scope="module")
def house(demo, tmp_path_factory):
    """A guest house whose legal basis is consent."""
    def edit(plan):
        plan["privacy"]["legal_basis"] = "consent"
        plan["texts"]["contact"] = {"en": "Write to house@example.com or call us."}

    change_plan(demo, edit)
    answered_by_a_provider(demo, tmp_path_factory.mktemp("upstream"), ANSWER)
    site, between = Site(), Between(demo.url)
    site.server, site.widget = between.url, demo.info["widget"]
    demo.api("PUT", "/widget", {"origins": [site.url]}, expect=200)
    demo.site, demo.between = site, between
    yield demo
    site.close()
    between.close()
    demo.upstream.kill()


@pytest.fixture
def visit(browser, house):
    """visit(**context) -> the widget, opened by a new visitor."""
    contexts = []

    def begin(**more):
        contexts.append(browser.new_context(**{**DESKTOP, "bypass_csp": True, **more}))
        return Chat(contexts[-1].new_page(), house.site.url)

    yield begin
    for context in contexts:
        context.close()


def agreed(chat):
    chat.open()
    chat.press("I agree")
    expect(chat.input).to_be_focused()
    return chat


# ---- consent ----------------------------------------------------------------------------------------

def test_nothing_is_stored_or_sent_upstream_before_the_consent_is_on_record(visit, house):
    chat = visit()
    house.between.seen.clear()
    chat.open()
    expect(chat.page.locator(".statement")).to_be_visible()
    yes, no = (chat.page.get_by_role("button", name=n).bounding_box()
               for n in ("I agree", "No, thank you"))
    assert (yes["width"], yes["height"]) == (no["width"], no["height"]), "two equal buttons"
    assert not chat.page.get_by_role("checkbox").is_checked(), "improving is asked apart, and off"
    assert chat.stored() == []
    assert {line.split("?")[0].rsplit("/", 1)[1] for line in house.between.seen
            if not line.endswith(".js")} <= {"notice", "config"}, house.between.seen
    chat.shot("consent")
    assert axe_faults(chat.page) == []
    chat.press("I agree")
    expect(chat.input).to_be_focused()
    records = house.cli("audit", "list", "--kind", "consent.changed")["items"]
    assert records, "the record was there before the visitor's id was used"
    order = [line.rsplit("/", 1)[1] for line in house.between.seen if line.startswith("POST")]
    assert order[0] == "consent"
    chat.ask(BREAKFAST)
    assert any("visitor" in key for key in chat.stored())


def test_nobody_agrees_to_a_text_that_is_not_there_yet(visit):
    chat = visit()
    held = []
    chat.page.route("**/notice?*", lambda route: held.append(route))
    with chat.page.expect_request("**/notice?*"):
        chat.open()
    expect(chat.page.locator(".consent h3")).to_be_focused()
    expect(chat.page.locator(".consent")).to_contain_text("One moment")
    expect(chat.page.get_by_role("button", name="I agree")).to_have_count(0)
    held.pop().continue_()
    expect(chat.page.locator(".statement")).to_be_visible()
    expect(chat.page.get_by_role("button", name="I agree")).to_be_visible()
    expect(chat.page.locator(".consent h3")).to_be_focused()


def test_who_declines_keeps_e_mail_and_telephone_and_nothing_is_stored(visit, house):
    chat = visit()
    chat.open()
    house.between.seen.clear()
    chat.press("No, thank you")
    screen = chat.page.locator(".declined")
    expect(screen.get_by_role("link", name="house@example.com")).to_have_attribute(
        "href", "mailto:house@example.com")
    expect(chat.input).to_have_count(0)
    assert chat.stored() == []
    assert house.between.count("/messages") == house.between.count("/sessions") == 0
    chat.shot("declined")
    assert axe_faults(chat.page) == []


def test_consent_that_is_withdrawn_ends_everything_at_once(visit, house):
    chat = agreed(visit())
    chat.ask(BREAKFAST)
    visitor = chat.page.evaluate("Object.values(localStorage).find(v => v.startsWith('svy_vis_'))")
    chat.menu("Withdraw consent")
    expect(chat.page.locator(".declined")).to_contain_text("withdrawn")
    assert chat.stored() == []
    config = house.request("GET", f"/widget/v1/{house.info['widget']}/config")[2]
    status, _, answer = house.request(
        "POST", f"/widget/v1/{house.info['widget']}/messages", {"client_id": "x", "text": "Hello"},
        {"origin": house.site.url, "x-servery-visitor": visitor}, config["public_key"])
    assert (status, answer["error"]["id"]) == (403, "desk.consent_needed")


# ---- texts that want to be scripts -------------------------------------------------------------------

def test_no_payload_runs_wherever_foreign_text_is_shown(visit, house):
    assert len(set(ALL)) >= 125 and len(conversation()) >= 500
    chat = agreed(visit())  # the page's own policy is off: the widget must not need it
    chat.ask(BREAKFAST)
    outside, dialogs = [], []
    chat.page.on("request", lambda r: outside.append(r.url) if "127.0.0.1:9/" in r.url else None)
    chat.page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    items = conversation()
    house.between.change = lambda path, document: (
        {"items": items, "next": None} if "/history" in path else document)
    try:
        chat.page.reload()
        expect(chat.page.locator(".message")).to_have_count(len(items), timeout=30_000)
        for link in chat.page.locator(".log a").all():
            href = link.get_attribute("href")
            assert href.startswith(("http://", "https://", "mailto:", "tel:")), href
            assert "noopener" in link.get_attribute("rel")
        elements = chat.page.evaluate(
            "[...new Set([...document.querySelector('[data-servery]').shadowRoot"
            ".querySelectorAll('.log *')].map(e => e.localName))]")
        assert not {"script", "img", "iframe", "style", "object", "embed", "form", "video", "base",
                    "meta", "link", "template"} & set(elements), elements
        handlers = chat.page.evaluate(
            "[...document.querySelector('[data-servery]').shadowRoot.querySelectorAll('.log *')]"
            ".filter(e => e.getAttributeNames().some(n => n.startsWith('on'))).length")
        assert handlers == 0
    finally:
        house.between.change = None
    assert chat.page.evaluate("window.ran") is None
    assert outside == [] and dialogs == []


def test_what_a_visitor_types_comes_back_as_the_text_it_is(visit):
    chat = agreed(visit())
    text = "<img src=x onerror=alert(1)> [press](javascript:alert(1))"
    chat.say(text)
    expect(chat.page.locator(".message.visitor:not(.sending) .bubble")).to_contain_text(text)
    assert chat.page.locator(".message.visitor a").count() == 0
    assert chat.faults == []


# ---- by keyboard and screen reader ---------------------------------------------------------------------

def test_the_whole_chat_is_done_by_keyboard_alone(visit, house):
    chat = visit()
    page, press = chat.page, chat.page.keyboard.press
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    chat.launcher.focus()
    press("Enter")
    expect(page.locator(".consent h3")).to_be_focused()
    expect(page.get_by_role("button", name="I agree")).to_be_visible()  # the text is there
    for _ in range(2):  # past the tick of "improve"
        press("Tab")
    expect(page.get_by_role("button", name="I agree")).to_be_focused()
    press("Enter")
    expect(chat.input).to_be_focused()
    page.keyboard.type(BREAKFAST)
    press("Enter")
    expect(chat.answers).to_have_count(1)
    expect(chat.input).to_be_focused()
    page.get_by_role("button", name="No", exact=True).focus()
    press("Enter")
    page.get_by_role("button", name="Unclear").press("Enter")
    page.get_by_role("button", name="Report").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    press("Shift+Tab")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    press("Escape")
    expect(page.get_by_role("button", name="Report")).to_be_focused()
    more = page.get_by_role("button", name="More")
    more.press("Enter")
    expect(page.get_by_role("menuitemcheckbox")).to_be_focused()
    press("ArrowUp")
    expect(page.get_by_role("menuitem").last).to_be_focused()
    press("Escape")
    expect(more).to_be_focused()
    page.get_by_role("button", name="Talk to a person").press("Enter")
    expect(page.locator(".human")).to_have_attribute("aria-disabled", "true")
    press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")


def test_full_screen_it_is_a_dialog_and_beside_a_page_a_region(visit):
    wide = visit().open()
    expect(wide.page.locator(".panel")).to_have_attribute("role", "region")
    wide.page.get_by_role("link", name="Rooms").focus()
    expect(wide.page.get_by_role("link", name="Rooms")).to_be_focused()
    small = visit(**PHONE).open()
    expect(small.page.locator(".panel")).to_have_attribute("role", "dialog")
    expect(small.page.locator(".panel")).to_have_attribute("aria-modal", "true")


def answered(chat, house):
    chat.ask(BREAKFAST)


def thumbs_down(chat, house):
    chat.ask(BREAKFAST)
    chat.press("No")


def reporting(chat, house):
    chat.ask(BREAKFAST)
    chat.page.get_by_role("button", name="Report").click()


def menu_open(chat, house):
    chat.ask(BREAKFAST)
    chat.page.get_by_role("button", name="More").click()


def with_a_person(chat, house):
    with chat.page.expect_response("**/messages") as sent:
        chat.ask(BREAKFAST)
    chat.press("Talk to a person")
    desk = Desk(house, sent.value.json()["conversation"])
    until(lambda: desk.show()["conversation"]["owner"] == "nobody", "it waits for a person")
    desk.do("claim", epoch=desk.epoch())
    desk.do("reply", 201, text="Hello, I am here now.", client_id="r1",
            if_seq=desk.show()["messages"][-1]["msg_seq"])
    expect(chat.page.locator(".message.person")).to_have_count(1)
    desk.do("close", reason="solved")


def not_sent(chat, house):
    house.between.down = True
    try:
        chat.say(BREAKFAST)
        expect(chat.page.locator(".failed-line")).to_be_visible(timeout=20_000)
    finally:
        house.between.down = False


def too_long(chat, house):
    chat.input.fill("x" * 2001)
    expect(chat.page.locator(".count")).to_contain_text("2000")


STATES = {"empty": lambda *_: None, "answered": answered, "thumbs_down": thumbs_down,
          "reporting": reporting, "menu": menu_open, "person": with_a_person,
          "not_sent": not_sent, "too_long": too_long}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious_in_any_state(visit, house, state, look):
    chat = agreed(visit(**LOOKS[look]))
    STATES[state](chat, house)
    chat.shot(f"{state}_{look}")
    assert axe_faults(chat.page) == []


@pytest.mark.parametrize("width, direction", [(320, "ltr"), (320, "rtl"), (640, "rtl")])
def test_nothing_is_cut_off_on_a_narrow_screen_or_from_right_to_left(visit, house, width, direction):
    house.site.dir = direction
    try:
        chat = agreed(visit(viewport={"width": width, "height": 640}))
        chat.ask(BREAKFAST)
        chat.shot(f"narrow_{width}_{direction}")
        over = chat.page.evaluate(
            "[...document.querySelector('[data-servery]').shadowRoot.querySelectorAll("
            "'.panel, .panel *:not(.hidden):not(svg):not(svg *)')].filter(e => e.getClientRects().length && "
            "!e.closest('.hidden') && (e.getBoundingClientRect().left < -1 || "
            "e.getBoundingClientRect().right > innerWidth + 1)).map(e => e.className)")
        assert over == []
        assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        house.site.dir = "ltr"


def test_who_wants_no_motion_sees_none(visit):
    chat = agreed(visit(reduced_motion="reduce"))
    moving = chat.page.evaluate(
        "[...document.querySelector('[data-servery]').shadowRoot.querySelectorAll('*')].filter(e => {"
        "const s = getComputedStyle(e); return s.animationName !== 'none' ||"
        "s.transitionDuration.split(',').some(d => parseFloat(d) > 0)}).map(e => e.className)")
    assert moving == []


# ---- whose page it is ----------------------------------------------------------------------------------

ORIGINS = ["{site}", "{site}/", "{site}.evil.example", "https{rest}", "http://localhost:{port}",
           "null", "", "http://evil.example", "http://127.0.0.1", "http://[::1]:{port}",
           "HTTP://127.0.0.1:{port}", "http://user@127.0.0.1:{port}"]


@pytest.mark.parametrize("n, form", list(enumerate(ORIGINS)))
def test_only_the_exact_origin_on_the_list_may_speak(house, n, form):
    site = house.site.url
    origin = form.format(site=site, rest=site.removeprefix("http"), port=site.rsplit(":", 1)[1])
    path = f"/widget/v1/{house.info['widget']}"
    key = house.request("GET", path + "/config")[2]["public_key"]
    head = {"origin": origin} if origin else {}
    status, headers, answer = house.request("GET", path + "/notice", None, head, key)
    asked, preflight, _ = house.request("OPTIONS", path + "/messages", None,
                                        {**head, "access-control-request-method": "POST"})
    if n == 0:
        assert (status, asked) == (200, 204)
        assert headers["access-control-allow-origin"] == origin
        assert "origin" in headers["vary"].lower()
        assert "access-control-allow-credentials" not in headers
        assert preflight["access-control-max-age"] == "600"
        assert "last-event-id" in preflight["access-control-allow-headers"]
    else:
        assert (status, asked) == (403, 403), (origin, answer)
        assert answer["error"]["id"] == "key.forbidden"
        assert "access-control-allow-origin" not in headers


def test_the_widgets_files_are_for_everybody_and_named_by_their_content(house):
    status, headers, loader = house.request("GET", "/widget/v1/loader.js", None,
                                            {"origin": "https://any.example"})
    assert status == 200 and headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in headers["cache-control"] and "wgt_" not in loader
    panel = house.request("GET", f"/widget/v1/{house.info['widget']}/config")[2]["panel"]
    assert panel["integrity"].startswith("sha384-")
    status, headers, _ = house.request("GET", f"/widget/v1/{panel['src']}")
    assert status == 200 and "immutable" in headers["cache-control"]
    for absent in ("panel.0000000000.js", "manifest.json", "..%2f..%2fetc", "x.js"):
        status, headers, _ = house.request("GET", f"/widget/v1/{absent}")
        assert status == 404 and headers.get("cache-control") == "no-store", absent
