"""The whole way in a browser, in English and in German: the start wizard, the import of the guest
house's answers, the proof of concept, a gate signed with a code, and then a visitor who asks, gets a
labelled answer with its source once somebody has approved it, wants a person, and is answered by
one."""
import base64
import hashlib
import hmac
import json
import re
import shutil
import struct
import tempfile
import time

import pytest

from browser import RAW_KEY, Browser, shot, shot_everywhere, sign_in
from console_house import settled
from conftest import ROOT, TRIAL, Demo, do_what_a_person_can, prepare_pilot, until
from test_conversations import Desk
from widget_driver import Chat
from widget_site import Site, change_plan

ASKED = {"en": "Is there wifi available?", "de": "Is there wifi available?"}
THANKS = "Thank you, I have found it."
PERSON = {"en": "Talk to a person", "de": "Mit einem Menschen sprechen"}


def texts(language):
    """The console's own words, by key."""
    found = {}
    for path in (ROOT / "web/console/src/locales" / language).glob("*.json"):
        found |= json.loads(path.read_text())
    return lambda key: found[key] if isinstance(found[key], str) else found[key]["other"]


def counted(text):
    """A text with a number in it, whatever the number is."""
    return re.compile(re.escape(text).replace(re.escape("{count}"), r"[\d.,]+"))

GERMAN = {"label": "Sie sprechen mit einem KI-Assistenten.",
          "limits": "Er kennt nur unsere geprüften Antworten und kann sich irren.",
          "handoff": "Eine Kollegin oder ein Kollege übernimmt."}


def code_of(secret, step=0):
    """The six digits that an authenticator shows now, or `step` times 30 s later."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    at = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(key, at, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


@pytest.fixture(scope="module")
def browser():
    made = Browser()
    yield made
    made.close()


def careful_in_both_languages(plan):
    """A first pilot as a careful house begins it: a person looks at each answer before it goes out."""
    plan["use_case"]["languages"] = ["en", "de"]
    plan["use_case"]["autonomy"] = "approve"
    for key, text in GERMAN.items():
        plan["texts"][key]["de"] = text


@pytest.fixture(params=["en", "de"])
def journey(request, browser):
    folder = tempfile.mkdtemp(prefix="servery-journey-")
    demo = Demo(folder)
    change_plan(demo, careful_in_both_languages)
    context = browser.context(language=request.param)
    context.add_init_script("localStorage.setItem('servery.hold_ms', '0')")
    page = context.new_page()
    demo.language, demo.page, demo.browser = request.param, page, browser
    yield demo
    shot(page, "journey", f"last-{request.param}")  # where it ended, for whoever reads a failure
    context.close()
    demo.process.stop()
    shutil.rmtree(folder, ignore_errors=True)


def goto(demo, path, heading):
    demo.page.goto(f"{demo.url}/console{path}")
    demo.page.get_by_role("heading", name=heading).first.wait_for()


def enrol(demo, t):
    """A second factor, as the profile shows it; answers the secret and the recovery codes."""
    page = demo.page
    goto(demo, "/profile", t("profile.title"))
    page.get_by_role("button", name=t("profile.factor.begin")).click()
    secret = page.locator("form code").inner_text().replace(" ", "")
    page.get_by_label(t("code.label"), exact=True).fill(code_of(secret))
    page.get_by_role("button", name=t("profile.factor.confirm")).click()
    page.get_by_text(t("profile.codes.keep")).wait_for()
    recovery = page.locator("ul code").all_inner_texts()
    assert len(recovery) == 10
    return secret, recovery


def sign_in_anew(demo, t, recovery):
    """Out and in again, with a recovery code: in the new session no code has been given for an act."""
    page = demo.page
    page.get_by_role("button", name=t("own.menu")).click()
    page.get_by_role("menuitem", name=t("own.sign_out")).click()
    page.wait_for_url("**/sign-in")
    page.locator("input[autocomplete=username]").fill(demo.info["owner"])
    page.locator("input[autocomplete=current-password]").fill(demo.info["password"])
    page.get_by_role("button", name=t("sign_in.enter")).click()
    page.get_by_label(t("code.label")).fill(recovery)
    shot(page, "journey", f"sign-in-code-{demo.language}")
    page.get_by_role("button", name=t("sign_in.enter")).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def walk_the_wizard(demo, t):
    """At most twelve questions, nearly all left at their defaults; the project is made at the end."""
    page = demo.page
    goto(demo, "/plan/start", t("start.title"))
    page.get_by_role("button", name=t("start.own.begin")).click()
    for asked in range(14):
        heading = page.locator("h2").first
        heading.wait_for()
        create = page.get_by_role("button", name=t("start.create.act"))
        page.get_by_role("button", name=t("start.next"), exact=True).or_(create).first.wait_for()
        if create.count():
            break
        before = heading.inner_text()
        for field in page.locator("input[type=text][required], textarea[required]").all():
            if not field.input_value():
                field.fill("Seaside house")
        page.get_by_role("button", name=t("start.next"), exact=True).click()
        page.wait_for_function("before => document.querySelector('h2')?.innerText !== before",
                               arg=before)
    assert asked <= 12
    shot_everywhere(page, "journey", f"wizard-{demo.language}")
    title = page.locator("form").last.get_by_role("textbox").first
    if title.count() and not title.input_value():
        title.fill("Seaside house")
    page.get_by_role("button", name=t("start.create.act")).click()
    made = until(lambda: [p for p in demo.api("GET", "/api/v1/projects", expect=200)["items"]
                          if p["id"] != "guest-house"], "the project is made")
    return made[0]["id"]


def import_answers(demo, t):
    """The guest house's own answers, from its file, approved and published."""
    page = demo.page
    goto(demo, "/knowledge/import", t("knowledge.import"))
    page.locator("input[type=file]").set_input_files(ROOT / "examples/guest_house/guest_house.csv")
    page.get_by_label(t("knowledge.import.approve")).check()
    shot_everywhere(page, "journey", f"import-{demo.language}")
    page.get_by_role("button", name=counted(t("knowledge.import.apply"))).click()
    page.get_by_role("heading", name=t("knowledge.import.done")).first.wait_for()
    page.get_by_role("button", name=t("knowledge.publish")).click()
    page.get_by_role("heading", name=t("knowledge.releases"), exact=True).first.wait_for()
    page.get_by_role("button", name=t("knowledge.releases.publish")).click()
    until(lambda: any(r["state"] == "published"
                      for r in demo.api("GET", "/knowledge/releases", expect=200)["items"]),
          "the release is published")


def phase_of(demo):
    return demo.api("GET", "/api/v1/projects/guest-house", expect=200)["phase"]


def sign_the_gate(demo, t, secret):
    """What a person must do first is done; then the owner reads, signs, and proves it is them."""
    page = demo.page
    goto(demo, "/plan/gate/G1", t("gate.sign.title"))
    shot_everywhere(page, "journey", f"gate-{demo.language}")
    page.get_by_role("textbox", name=t("parts.sign.statement")).wait_for()
    page.get_by_role("checkbox").last.check()
    page.get_by_role("button", name=t("parts.sign.act")).click()
    dialog = page.get_by_role("dialog", name=t("code.title"))
    dialog.wait_for()
    shot(page, "journey", f"sign-code-{demo.language}")
    assert phase_of(demo) == "sandbox", "nothing is signed before the code"
    dialog.get_by_label(t("code.label")).fill(code_of(secret, 1))  # the one of now was used to enrol
    dialog.get_by_role("button", name=t("common.go_on")).click()
    dialog.wait_for(state="hidden")
    until(lambda: phase_of(demo) == "pilot", "the gate is signed", 20)
    page.get_by_role("cell", name=t("gate.history.valid")).first.wait_for()
    shot_everywhere(page, "journey", f"signed-{demo.language}")


def open_the_pilot(demo):
    """The first stage is for staff; the owner opens a later one, still by the code just given."""
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5 * 86400))
    done = demo.page.request.post(f"{demo.url}/api/v1/projects/guest-house/phase", data={
        "to": "r30", "reason": "Thirty percent, on purpose.", "override": {"expires": expires}},
        headers={"origin": demo.url})
    assert done.status == 200, done.text()


def visitor_of_the_ai(demo, site):
    """The stage's share decides who meets the AI, so several come until one does. Answers the chat and
    the conversation in which the AI's answer waits for a person."""
    for _ in range(40):
        context = demo.browser.context(language=demo.language)
        chat = Chat(context.new_page(), site.url)
        chat.launcher.click()
        chat.say(ASKED[demo.language])
        chat.page.locator(".message.system").first.wait_for(timeout=20_000)
        drafts = demo.api("GET", "/desk/conversations?view=drafts", expect=200)["items"]
        if drafts:
            return chat, drafts[0]["id"]
        context.close()
    raise AssertionError("nobody met the AI")


def approve_the_answer(demo, t, visitor, conversation):
    """A colleague reads the draft in the inbox and sends it with one key; the AI speaks, labelled."""
    page = demo.page
    goto(demo, f"/desk/{conversation}", t("nav.inbox"))
    page.get_by_role("region", name=t("desk.draft")).wait_for()
    shot_everywhere(page, "journey", f"draft-{demo.language}")
    assert visitor.answers.count() == 0, "nothing goes out before a person has seen it"
    page.locator("body").press("a")
    answer = visitor.answers.first
    answer.wait_for()
    assert ("AI assistant" if demo.language == "en" else "KI") in answer.inner_text()
    assert answer.locator(".source").count() >= 1
    visitor.shot(f"journey-answer-{demo.language}")
    shot(page, "journey", f"approved-{demo.language}")


def test_the_whole_way_from_the_wizard_to_a_person(journey):
    demo, page, t = journey, journey.page, texts(journey.language)
    sign_in(page, demo)
    page.locator("h1").first.wait_for()
    settled(page)
    shot_everywhere(page, "journey", f"home-{demo.language}")
    own = walk_the_wizard(demo, t)
    page.wait_for_url("**/plan/gate**")
    settled(page)
    shot_everywhere(page, "journey", f"made-{demo.language}")
    page.evaluate("id => localStorage.setItem('servery.project', id)", own)
    demo.project = own
    import_answers(demo, t)
    page.evaluate("localStorage.setItem('servery.project', 'guest-house')")
    demo.project = "guest-house"

    prepare_pilot(demo)
    for i in range(25):
        assert demo.ask(TRIAL[i % len(TRIAL)])[0] == 200
    until(lambda: not do_what_a_person_can(demo, "G1"), "G1 is ready", 30)
    secret, recovery = enrol(demo, t)
    sign_in_anew(demo, t, recovery[0])
    sign_the_gate(demo, t, secret)
    open_the_pilot(demo)

    site = Site()  # the house's own website, with the widget on it
    site.server, site.widget, site.lang = demo.url, demo.info["widget"], demo.language
    demo.api("PUT", "/widget", {"origins": [site.url, demo.url]}, expect=200)
    try:
        visitor, conversation = visitor_of_the_ai(demo, site)
        approve_the_answer(demo, t, visitor, conversation)
        talk_to_a_person(demo, t, visitor, conversation)
    finally:
        site.close()


def talk_to_a_person(demo, t, visitor, conversation):
    """The visitor wants a person; one takes over by typing, and answers; the AI stays silent."""
    page = demo.page
    visitor.press(PERSON[demo.language])
    goto(demo, "/desk", t("nav.inbox"))
    page.locator(f"[data-conversation={conversation}]").click()
    page.get_by_role("log").get_by_text(ASKED[demo.language]).first.wait_for()
    shot_everywhere(page, "journey", f"asked-for-{demo.language}")
    desk = Desk(demo, conversation)
    field = page.get_by_role("textbox", name=t("desk.reply"), exact=True)
    field.press_sequentially("The password ")  # the first key takes over
    until(lambda: desk.show()["conversation"]["owner"] == "person", "typing takes over")
    field.press_sequentially("is on the card.")
    field.press("Control+Enter")
    visitor.page.get_by_text("The password is on the card.").wait_for()
    page.get_by_role("log").get_by_text("The password is on the card.").wait_for()
    visitor.shot(f"journey-reply-{demo.language}")
    shot_everywhere(page, "journey", f"reply-{demo.language}")
    visitor.say(THANKS)
    page.get_by_role("log").get_by_text(THANKS).wait_for()
    said = [m for m in desk.show()["messages"] if m["author"] == "ai"]
    assert len(said) == 1 and visitor.answers.count() == 1, "the AI is silent after the takeover"
    assert RAW_KEY.findall(page.locator("body").inner_text()) == []
