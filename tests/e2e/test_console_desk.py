"""What staff do at the desk, in a real browser: the inbox, drafts, the review queue, and the stop."""
import shutil
import tempfile
import time

import pytest

from browser import payloads, shot, sign_in
from console_house import (ANSWERED, HANDS_OVER, browser, composer, house, open_conversation,  # noqa: F401
                           page, signed_in, waiting, watch_faults)
from conftest import Demo, open_pilot, until
from test_conversations import Desk, Visitor
from widget_payloads import ALL
from widget_site import Between, change_plan

# --- the inbox ------------------------------------------------------------------------------------

def test_a_hand_over_appears_in_an_open_inbox_within_a_second(house, page):
    page.goto(f"{house.url}/console/desk")
    page.locator("[data-ready]").wait_for()
    page.mouse.move(900, 400)  # not over the list
    page.wait_for_timeout(500)  # the stream is open
    visitor = Visitor(house)
    visitor.say(HANDS_OVER)
    started = time.monotonic()
    visitor.post("/human", {}, 202)
    page.locator(f"[data-conversation={visitor.conversation}]").wait_for()
    assert time.monotonic() - started <= 1.0


def test_the_list_does_not_move_under_the_pointer(house, page):
    waiting(house)
    page.goto(f"{house.url}/console/desk")
    first = page.locator("[data-conversation]").first
    first.hover()
    before = page.locator("[data-conversation]").evaluate_all(
        "rows => rows.map(r => r.dataset.conversation)")
    visitor = waiting(house)
    page.get_by_role("button", name="1 new").wait_for()
    after = page.locator("[data-conversation]").evaluate_all(
        "rows => rows.map(r => r.dataset.conversation)")
    assert after == before
    page.get_by_role("button", name="1 new").click()
    page.locator(f"[data-conversation={visitor.conversation}]").wait_for()


def test_the_first_key_of_a_reply_claims_and_escape_takes_it_back(house, page):
    visitor = waiting(house)
    desk = Desk(house, visitor.conversation)
    open_conversation(page, house, visitor.conversation)
    composer(page).press("G")
    until(lambda: desk.show()["conversation"]["owner"] == "person", "the key claims")
    assert any("joined" in m["text"] for m in visitor.seen() if m["author"] == "system")
    page.get_by_text("yours", exact=True).wait_for()
    composer(page).press("Backspace")
    composer(page).press("Escape")
    until(lambda: desk.show()["conversation"]["owner"] == "nobody", "Escape undoes the claim")


def test_a_reply_reaches_the_visitor_and_stands_in_the_transcript(house, page):
    visitor = waiting(house)
    open_conversation(page, house, visitor.conversation)
    composer(page).fill("Gladly, I look it up for you.")
    until(lambda: Desk(house, visitor.conversation).show()["conversation"]["owner"] == "person",
          "typing claims")
    composer(page).press("Control+Enter")
    until(lambda: any(m["text"].startswith("Gladly") for m in visitor.seen()), "the reply arrives")
    page.get_by_role("log").get_by_text("Gladly, I look it up for you.").wait_for()
    assert composer(page).input_value() == ""


def test_a_held_reply_can_be_taken_back(house, page):
    visitor = waiting(house)
    page.add_init_script("localStorage.setItem('servery.hold_ms', '8000')")
    open_conversation(page, house, visitor.conversation)
    composer(page).fill("Too early.")
    page.get_by_text("yours", exact=True).wait_for()
    composer(page).press("Control+Enter")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => document.querySelector('textarea[aria-label=Reply]').value === 'Too early.'")
    assert not any(m["text"] == "Too early." for m in visitor.seen())


def test_a_refused_reply_comes_back_with_the_newer_messages(house, page):
    visitor = waiting(house)
    open_conversation(page, house, visitor.conversation)
    composer(page).fill("We are full on Friday.")
    page.get_by_text("yours", exact=True).wait_for()

    def in_between(route):
        visitor.say("I meant Saturday.")
        route.continue_()
    page.route("**/reply", in_between)
    composer(page).press("Control+Enter")
    page.get_by_role("alert").get_by_text("newer messages").wait_for()
    assert composer(page).input_value() == "We are full on Friday."
    page.get_by_role("log").get_by_text("I meant Saturday.").wait_for()
    page.unroute("**/reply")
    composer(page).press("Control+Enter")
    until(lambda: any(m["text"] == "We are full on Friday." for m in visitor.seen()), "sent now")


def test_a_claim_that_came_too_late_is_worded(house, page):
    visitor = waiting(house)
    open_conversation(page, house, visitor.conversation)

    def in_between(route):
        epoch = Desk(house, visitor.conversation).epoch()
        house.api("POST", f"/desk/conversations/{visitor.conversation}/claim", {"epoch": epoch},
                  as_person="anna", expect=200)
        house.api("POST", f"/desk/conversations/{visitor.conversation}/release", {},
                  as_person="anna", expect=200)
        route.continue_()
    page.route("**/claim", in_between)
    page.get_by_role("button", name="Take over").click()
    page.get_by_role("alert").get_by_text("changed hands").wait_for()


def test_a_colleagues_conversation_is_taken_over_only_on_purpose(house, page):
    visitor = waiting(house)
    desk = Desk(house, visitor.conversation)
    house.api("POST", f"{desk.path}/claim", {"epoch": desk.epoch()}, as_person="anna", expect=200)
    open_conversation(page, house, visitor.conversation)
    composer(page).press("G")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Anna Berg is answering").wait_for()
    assert desk.show()["conversation"]["person"] == "anna"
    dialog.get_by_role("button", name="Take over").click()
    until(lambda: desk.show()["conversation"]["person"] == "demo", "taken over")


def test_notes_tags_snooze_and_close_do_what_they_say(house, page):
    visitor = waiting(house)
    desk = Desk(house, visitor.conversation)
    open_conversation(page, house, visitor.conversation)
    page.get_by_text("Note", exact=True).first.click()
    page.locator("textarea[aria-label=Note]").fill("Regular guest.")
    page.locator("textarea[aria-label=Note]").press("Control+Enter")
    page.get_by_role("log").get_by_text("Regular guest.").wait_for()
    assert not any(m["text"] == "Regular guest." for m in visitor.seen())
    page.get_by_role("button", name="About this conversation").click()
    tags = page.get_by_role("dialog").get_by_role("textbox", name="Tags")
    tags.fill("bill")
    tags.press("Enter")
    until(lambda: desk.show()["conversation"]["tags"] == ["bill"], "tagged")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More acts").click()
    page.get_by_role("menuitem", name="in an hour").click()
    until(lambda: desk.show()["conversation"]["status"] == "snoozed", "snoozed")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("radio", name="Solved").check()
    page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).last.click()
    until(lambda: desk.show()["conversation"]["status"] == "closed", "closed")


def test_keys_alone_work_the_inbox(house, page):
    waiting(house)
    visitor = waiting(house)
    page.goto(f"{house.url}/console/")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.locator("[data-ready] [data-conversation]").first.wait_for()
    for _ in range(60):
        page.keyboard.press("j")
        if page.url.endswith(visitor.conversation):
            break
        page.wait_for_timeout(30)
    assert page.url.endswith(visitor.conversation)
    page.get_by_role("log").get_by_text(HANDS_OVER).first.wait_for()
    page.keyboard.press("r")
    page.wait_for_function("() => document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type("By keys.")
    page.get_by_text("yours", exact=True).wait_for()
    page.keyboard.press("Control+Enter")
    until(lambda: any(m["text"] == "By keys." for m in visitor.seen()), "sent by keys")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()


def test_a_broken_stream_is_told_and_mended(house, page):
    between = Between(house.url)
    page.goto(f"{between.url}/console/desk")
    page.locator("[data-ready]").wait_for()
    until(lambda: between.count("/api/v1/events"), "the stream is open")
    between.down, between.cut_after = True, 1
    visitor = waiting(house)  # what it brings is the last piece of the stream
    page.get_by_text("No connection to the server").wait_for()
    between.down, between.cut_after = False, 0
    page.locator(f"[data-conversation={visitor.conversation}]").wait_for()
    page.get_by_text("No connection to the server").wait_for(state="detached")
    page.goto("about:blank")
    between.close()


def test_texts_of_visitors_never_run(house, page):
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("dialog", lambda d: asked.append(d.message))
    texts = payloads(400) + ALL
    assert len(set(texts)) >= 500
    visitor = waiting(house)
    for start in range(0, len(texts), 10):
        Desk(house, visitor.conversation).do("note", 201, text="\n".join(texts[start:start + 10]))
    for one in texts[:6]:
        visitor.say(one)
    Desk(house, visitor.conversation).do("tags", 204, tags=[t[:40] for t in texts[:12]])
    page.goto(f"{house.url}/console/desk")
    page.locator("[data-ready]").wait_for()
    open_conversation(page, house, visitor.conversation)
    page.get_by_role("log").get_by_text("<marquee").first.wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    assert page.get_by_role("log").locator("script, img, svg[onload], iframe, object").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert [u for u in asked if not u.startswith(house.url)] == []


# --- drafts ---------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def careful():
    """The guest house where a person approves each answer of the AI."""
    folder = tempfile.mkdtemp(prefix="servery-console-")
    demo = Demo(folder)
    change_plan(demo, lambda plan: plan["use_case"].update(autonomy="approve"))
    open_pilot(demo, "full")
    yield demo
    demo.process.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def drafts(careful, browser):
    """A visitor whose answer waits as a draft, and the draft in front of a colleague."""
    visitor = Visitor(careful)
    visitor.say(ANSWERED)
    desk = Desk(careful, visitor.conversation)
    draft = until(lambda: desk.show()["draft"], "the AI has made a draft")
    context = browser.context()
    page = context.new_page()
    faults = watch_faults(page)
    sign_in(page, careful)
    open_conversation(page, careful, visitor.conversation)
    page.get_by_role("region", name="Draft of the AI").wait_for()
    yield visitor, desk, draft, page
    context.close()
    assert faults == []


def test_a_draft_is_approved_by_one_key_and_reaches_the_visitor(drafts):
    visitor, _, draft, page = drafts
    assert draft["text"] in page.get_by_role("region", name="Draft of the AI").inner_text()
    assert not any(m["author"] == "ai" for m in visitor.seen())
    page.locator("body").press("a")
    until(lambda: any(m["text"] == draft["text"] for m in visitor.seen()), "approved and sent")
    page.get_by_text("approved by").wait_for()


def test_an_edited_draft_is_sent_as_it_was_edited(drafts):
    visitor, _, draft, page = drafts
    page.get_by_role("button", name="Edit").click()
    assert composer(page).input_value() == draft["text"]
    composer(page).press("End")
    composer(page).press("Control+End")
    composer(page).press_sequentially(" See you!")
    composer(page).press("Control+Enter")
    until(lambda: any(m["text"] == draft["text"] + " See you!" for m in visitor.seen()), "sent")


def test_a_rejected_draft_makes_the_conversation_mine(drafts):
    visitor, desk, draft, page = drafts
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("radio", name="Out of date").check()
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    until(lambda: desk.show()["conversation"]["owner"] == "person", "mine")
    assert not any(m["text"] == draft["text"] for m in visitor.seen())


def test_the_second_one_to_decide_is_told_that_it_is_decided(drafts):
    _, desk, draft, page = drafts

    def in_between(route):
        desk.demo.api("POST", f"/desk/drafts/{draft['id']}/approve",
                      {"epoch": desk.epoch()}, expect=201)
        route.continue_()
    page.route("**/approve", in_between)
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("alert").get_by_text("decided already").wait_for()


# --- review, stop ---------------------------------------------------------------------------------

def test_messages_are_judged_by_keys_and_counted(house, page):
    for _ in range(4):
        Visitor(house).say(ANSWERED)
    before = house.api("GET", "/desk/review")
    page.goto(f"{house.url}/console/desk/review")
    question = page.get_by_role("heading", name="Would you have sent this answer")
    question.wait_for()
    words = page.locator("main").inner_text().lower()
    assert "confidence" not in words and "delivered" not in words
    for key in ("1", "3", "4"):
        page.keyboard.press(key)
        now = house.api("GET", "/desk/review")
        until(lambda: house.api("GET", "/desk/review")["waiting"] < now["waiting"]
              or now["waiting"] < before["waiting"], "counted")
        before = house.api("GET", "/desk/review")
        page.wait_for_timeout(300)
    assert house.api("GET", "/desk/review")["labelled"] >= 2


def test_the_red_button_stops_serving_and_says_so(house, page):
    page.goto(f"{house.url}/console/")
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("Something is wrong with the wifi answer.")
    started = time.monotonic()
    dialog.get_by_role("button", name="Stop serving now").click()
    until(lambda: house.ask(ANSWERED, key=house.info["live_key"])[1].get("x-servery-answered-by")
          != "variant", "nobody is served", 5)
    assert time.monotonic() - started <= 1.5
    page.get_by_text("Stopped: the AI answers nobody").wait_for()
    shot(page, "console", "stopped-desktop-light-en")
    page.get_by_role("button", name="Serve again").click()
    page.get_by_role("dialog").get_by_label("Why?").fill("Repaired.")
    page.get_by_role("dialog").get_by_role("button", name="Serve again").click()
    page.get_by_text("Stopped: the AI answers nobody").wait_for(state="detached")
