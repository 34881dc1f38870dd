"""The guest house for tests of the console: fixtures of a signed-in browser, and what staff do in it."""
import shutil
import tempfile

import pytest

from browser import Browser, sign_in
from conftest import Demo, open_pilot
from test_conversations import Visitor

HANDS_OVER = "Who won the football yesterday?"
ANSWERED = "Is there wifi available?"
# With something in them: what these tests make, or the demo brings.
SCREENS = ["/", "/desk", "/desk/review", "/profile"]


@pytest.fixture(scope="module")
def house():
    """The guest house with everybody admitted, so that the AI answers visitors."""
    folder = tempfile.mkdtemp(prefix="servery-console-")
    demo = Demo(folder)
    open_pilot(demo, "full")
    demo.api("POST", "/api/v1/people", {"id": "anna", "name": "Anna Berg",
                                        "email": "anna@example.com"}, expect=201)
    demo.api("PUT", "/roles/anna", {"roles": ["agent"]}, expect=200)
    for text in (ANSWERED, HANDS_OVER, "What time is breakfast?"):
        Visitor(demo).say(text)
    yield demo
    demo.process.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser():
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="module")
def signed_in(house, browser):
    """What a signed-in browser keeps, so that each page need not sign in anew."""
    context = browser.context()
    sign_in(context.new_page(), house)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(house, browser, signed_in):
    """A page of a signed-in person that fails the test when something is wrong behind it."""
    context = browser.context(state=signed_in)
    context.add_init_script("if (location.protocol.startsWith('http')) "
                            "localStorage.setItem('servery.hold_ms', '0')")
    opened = context.new_page()
    faults = watch_faults(opened)
    yield opened
    context.close()
    assert faults == [], "\n".join(faults)


def watch_faults(page):
    """Exceptions and refusals of the content policy, as they come."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text)
            if "Content Security Policy" in m.text or "TrustedHTML" in m.text else None)
    return faults


def waiting(house, text=HANDS_OVER):
    """A visitor who wants a person, and the id of the conversation."""
    visitor = Visitor(house)
    visitor.say(text)
    visitor.post("/human", {}, 202)
    return visitor


def settled(page):
    """Nothing is loading any more."""
    page.wait_for_function("""() => !document.querySelector(
        '[aria-label=Loading], [aria-label="Wird geladen"]')""")


def open_conversation(page, house, conversation):
    page.goto(f"{house.url}/console/desk/{conversation}")
    page.get_by_role("log").wait_for()


def composer(page):
    return page.locator("textarea[aria-label=Reply], textarea[aria-label=Antwort]")
