"""The chat widget on a customer's page, in a real browser: from the first look to a person."""
import json

import pytest
from playwright.sync_api import expect, sync_playwright

from conftest import Demo, until
from test_conversations import Desk
from widget_driver import DESKTOP, PHONE, Chat, launch
from widget_site import Between, Site, answered_by_a_provider, change_plan

BREAKFAST = "What time is breakfast?"
ANSWER = "Breakfast is served from 7:30 to 10:00. It is on the ground floor."
UNKNOWN = "Who won the football yesterday?"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        yield launch(playwright)


@pytest.fixture(scope="module")
def house(demo, tmp_path_factory):
    """The guest house in its pilot for everybody; a website of its own, and a proxy in between."""
    change_plan(demo, lambda plan: plan["use_case"].update(languages=["en", "de"]))
    answered_by_a_provider(demo, tmp_path_factory.mktemp("upstream"), ANSWER)
    site, between = Site(), Between(demo.url)
    site.server, site.widget = between.url, demo.info["widget"]
    demo.api("PUT", "/widget", {"origins": [site.url, demo.url]}, expect=200)
    demo.site, demo.between = site, between
    yield demo
    site.close()
    between.close()
    demo.upstream.kill()


@pytest.fixture
def chat(browser, house):
    """A new visitor on the website."""
    context = browser.new_context(**DESKTOP)
    made = Chat(context.new_page(), house.site.url)
    yield made
    context.close()
    assert made.faults == []


def test_a_page_load_costs_one_script_and_one_request_and_stores_nothing(browser, house):
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.add_init_script("window.blocked = []; document.addEventListener('securitypolicyviolation',"
                         "(e) => blocked.push(e.violatedDirective + ' ' + e.blockedURI))")
    seen = []
    page.on("request", lambda r: seen.append(r.url))
    chat = Chat(page, house.site.url)
    expect(chat.launcher).to_be_visible()
    asked = [u for u in seen if u.startswith(house.between.url)]
    assert len(asked) == 2 and asked[0].endswith("/loader.js") and "/config?" in asked[1], asked
    assert all(u.startswith((house.between.url, house.site.url)) for u in seen), seen
    assert chat.stored() == [] and context.cookies() == []
    mine = page.evaluate("performance.getEntriesByType('resource').map((r) => r.name)")
    assert len(mine) == 2
    chat.open()
    expect(page.locator(".label")).to_be_visible()
    assert page.evaluate("blocked") == [], "the page's strict policy needs no exception"
    assert chat.stored() == [], "looking costs nothing either"
    context.close()


def longest_task(trace, since):
    """Milliseconds of processor time of the longest task of the page's thread, from the first one in
    which the script of this address runs."""
    main = {(e["pid"], e["tid"]) for e in trace
            if e.get("name") == "thread_name" and e["args"]["name"] == "CrRendererMain"}
    runs = [e for e in trace if e["name"] == "EvaluateScript" and since in e["args"]["data"]["url"]]
    assert len(runs) == 1, "the loader runs once"
    tasks = [e for e in trace if e["name"].endswith("RunTask") and "tdur" in e
             and (e["pid"], e["tid"]) in main and e["pid"] == runs[0]["pid"]
             and e["ts"] + e["dur"] >= runs[0]["ts"]]
    return max(e["tdur"] for e in tasks) / 1000


def test_the_loader_blocks_a_page_for_at_most_50_ms_on_a_four_times_slower_processor(browser, house):
    """Processor time, and the best of some loads: what else runs on this machine is no task of the
    page. The browser's own work before the script is there counts for the page, not for the loader."""
    best = None
    for _ in range(8):
        context = browser.new_context(**DESKTOP)
        page = context.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
        with page.expect_response(lambda r: "/config?" in r.url):
            page.goto(house.site.url)
        page.wait_for_function("document.querySelector('[data-servery]')", polling=400)
        longest = longest_task(json.loads(browser.stop_tracing())["traceEvents"], "/loader.js")
        best = longest if best is None else min(best, longest)
        context.close()
        if best <= 50:
            break
    assert best <= 50, f"{best} ms"


def test_an_answer_carries_its_label_and_stands_in_the_inbox(chat, house):  # P2-EX
    chat.open()
    answer = chat.ask(BREAKFAST)
    expect(answer).to_contain_text("AI assistant")
    expect(answer).to_contain_text("from 7:30 to 10:00")
    assert answer.get_attribute("data-label")
    expect(chat.page.locator(".label-text")).to_contain_text("AI assistant")
    rows = house.api("GET", "/desk/conversations?view=ai_answering", expect=200)["items"]
    texts = [m["text"] for row in rows for m in Desk(house, row["id"]).show()["messages"]]
    assert BREAKFAST in texts
    shown = until(lambda: house.cli("audit", "list", "--kind", "label.shown")["items"],
                  "the label's showing is on record")
    assert shown


def test_a_text_of_the_ai_without_its_label_is_never_shown(chat, house):
    def strip(text):
        out = []
        for line in text.split("\n"):
            if line.startswith("data: {"):
                data = json.loads(line[6:])
                data.pop("label", None)
                line = "data: " + json.dumps(data)
            out.append(line)
        return "\n".join(out)

    house.between.edit = strip
    try:
        chat.open()
        chat.say(BREAKFAST)
        until(lambda: house.between.count("/events") > 0, "the widget listens")
        chat.page.wait_for_function(
            "() => !document.querySelector('[data-servery]').shadowRoot.querySelector('.typing')")
        expect(chat.page.locator(".message.visitor:not(.sending)")).to_have_count(1)
        expect(chat.page.locator(".message.ai")).to_have_count(0)
    finally:
        house.between.edit = None


def test_thumbs_reasons_and_reports_reach_the_desk(chat, house):
    chat.open()
    chat.ask(BREAKFAST)
    chat.press("No")
    chat.press("Out of date")
    expect(chat.page.locator(".feedback")).to_contain_text("we will look at it")
    chat.page.get_by_role("button", name="Report").click()
    chat.page.get_by_label("What is the matter").fill("It is served at eight.")
    chat.press("Send report")
    expect(chat.page.get_by_role("dialog")).to_contain_text("Reported")
    chat.press("Back to the chat")
    expect(chat.page.locator(".feedback")).to_contain_text("Reported")

    def told():
        for view in ("waiting", "ai_answering", "needs_you"):
            for row in house.api("GET", f"/desk/conversations?view={view}", expect=200)["items"]:
                page = Desk(house, row["id"]).show()
                if any("It is served at eight." in m["text"] for m in page["messages"]):
                    return page
        return None

    page = until(told, "the report stands in the transcript")
    assert any(m.get("staff_only") for m in page["messages"] if "eight" in m["text"]), page


def test_a_person_takes_over_is_named_and_the_ai_stays_silent_until_it_is_given_back(chat, house):
    chat.open()
    chat.ask(BREAKFAST)
    chat.press("Talk to a person")
    expect(chat.page.locator(".human")).to_contain_text("A person has been asked for")
    row = until(lambda: house.api("GET", "/desk/conversations?view=needs_you",
                                  expect=200)["items"], "the row is in the inbox", 5)[0]
    desk = Desk(house, row["id"])
    desk.do("claim", epoch=desk.epoch())
    expect(chat.page.locator(".subtitle")).to_contain_text("Demo owner", timeout=5_000)
    chat.say("Are you there?")
    expect(chat.page.locator(".message.visitor:not(.sending)")).to_have_count(2)
    desk.do("reply", 201, text="Yes, hello! See https://example.com/menu", client_id="r1",
            if_seq=desk.show()["messages"][-1]["msg_seq"])
    bubble = chat.page.locator(".message.person")
    expect(bubble).to_contain_text("Demo owner")
    expect(bubble.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert chat.answers.count() == 1, "no word of the AI while a person answers"
    desk.do("return", epoch=desk.epoch())
    expect(chat.page.locator(".human")).to_have_text("Talk to a person")
    chat.ask(BREAKFAST)


def test_a_choice_that_is_offered_can_be_pressed_or_refused(chat, house):
    choices = [{"key": "a", "question": BREAKFAST}, {"key": "b", "question": "Is there wifi?"}]

    def as_ask(path, document):
        for item in document.get("items", []):
            if item["author"] == "ai":
                item["kind"], item["choices"] = "ask", choices
        return document

    chat.open()
    chat.ask(BREAKFAST)
    house.between.change = as_ask
    try:
        chat.page.reload()
        group = chat.page.locator(".choices")
        expect(group.get_by_role("button")).to_have_count(4)
        expect(group).to_contain_text("None of these")
        expect(group).to_contain_text("Talk to a person")
    finally:
        house.between.change = None
    group.get_by_role("button", name="Is there wifi?").click()
    expect(chat.page.locator(".message.visitor").last).to_contain_text("Is there wifi?")
    expect(chat.answers).to_have_count(2)


def test_who_reads_german_is_spoken_to_in_german_and_may_change_it(browser, house):
    house.site.lang = "de"
    context = browser.new_context(locale="de-DE", **DESKTOP)
    try:
        chat = Chat(context.new_page(), house.site.url).open()
        expect(chat.page.locator(".human")).to_have_text("Mit einem Menschen sprechen")
        expect(chat.page.locator(".label-text")).to_have_text(
            "Sie schreiben mit unserem KI-Assistenten.")
        expect(chat.page.locator(".panel")).to_have_attribute("lang", "de")
        chat.shot("german")
        chat.page.get_by_role("button", name="Mehr").click()
        chat.page.get_by_role("menuitem", name="English").click()
        expect(chat.page.locator(".human")).to_have_text("Talk to a person")
        expect(chat.page.locator(".label-text")).to_have_text(
            "You are chatting with our AI assistant.")
    finally:
        house.site.lang = "en"
        context.close()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_hosted_chat_is_a_whole_page_under_its_own_strict_policy(browser, house, device):
    context = browser.new_context(**device)
    chat = Chat(context.new_page(), f"{house.url}/chat/{house.info['widget']}")
    expect(chat.page.locator(".panel.page")).to_be_visible()
    chat.ask(BREAKFAST)
    chat.shot("hosted_phone" if device is PHONE else "hosted")
    assert chat.faults == []
    absent = context.new_page().goto(f"{house.url}/chat/wgt_none")
    assert absent.status == 404
    context.close()


def test_in_the_sandbox_the_chat_is_for_the_houses_own_page_alone(browser, fresh_demo):
    demo: Demo = fresh_demo
    config = f"/widget/v1/{demo.info['widget']}/config"
    assert demo.request("GET", config)[2]["enabled"] is False, "no page of the public"
    context = browser.new_context(**DESKTOP)
    chat = Chat(context.new_page(), demo.url + "/")
    expect(chat.launcher).to_be_visible()
    chat.shot("demo_page")
    chat.open()
    expect(chat.page.locator(".banner.preview")).to_contain_text("sandbox")
    expect(chat.page.locator(".starters button")).to_have_count(3)
    chat.page.get_by_role("button", name="Is there wifi available?").click()
    expect(chat.answers).to_have_count(1)
    expect(chat.answers).to_contain_text("AI assistant")
    expect(chat.answers.locator(".source")).to_contain_text("house information")
    chat.shot("demo_chat")
    chat.ask(BREAKFAST, answers=2)
    expect(chat.page.locator(".choices").get_by_role("button", name="None of these")).to_be_visible()
    chat.shot("demo_ask")
    chat.say(UNKNOWN)
    expect(chat.page.locator(".human")).to_contain_text("A person has been asked for")
    expect(chat.page.locator(".notice")).to_contain_text("colleague")
    assert chat.faults == []
    context.close()
