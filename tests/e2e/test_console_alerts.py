"""Alerts in a real browser: the first screen says so, and people answer them with the keyboard."""
import re

import pytest

from browser import DESKTOP, PHONE, serious_findings, sign_in
from console_house import browser, settled, watch_faults  # noqa: F401 (fixture)
from conftest import Demo
from test_alerts import raise_alerts

# Keys of the catalogue instead of texts.
RAW_KEY = re.compile(r"\b(?:alerts|monitor|nav)\.[a-z_]+(?:\.[a-z_]+)*\b")


@pytest.fixture(scope="module")
def alarmed(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("alarmed"))
    raise_alerts(demo)
    yield demo
    demo.process.stop()


@pytest.mark.parametrize("language,size", [("en", DESKTOP), ("de", PHONE)])
def test_the_page_reads_well(alarmed, browser, language, size):  # noqa: F811
    page = browser.context(size=size, language=language).new_page()
    faults = watch_faults(page)
    sign_in(page, alarmed)
    page.get_by_role("link", name={"en": "2 alerts are open", "de": "2 Alarme sind offen"}[language]).click()
    page.get_by_role("heading", level=1, name={"en": "Alerts", "de": "Alarme"}[language]).wait_for()
    settled(page)
    page.get_by_role("heading", name={"en": "Wrong answers", "de": "Falsche Antworten"}[language]).wait_for()
    assert page.get_by_role("table").is_visible()
    assert RAW_KEY.findall(page.locator("body").inner_text()) == []
    assert serious_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    page.context.close()


def test_an_alert_is_taken_and_resolved_with_the_keyboard(alarmed, browser):  # noqa: F811
    page = browser.context().new_page()
    sign_in(page, alarmed)
    page.goto(f"{alarmed.url}/console/alerts")
    part = page.get_by_role("region", name="Answers with consequence")
    part.get_by_role("button", name="I look after it").press("Enter")
    part.get_by_text("demo looks after it since").wait_for()
    part.get_by_role("button", name="It is over").press("Enter")
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="It is over").is_disabled()  # nothing is chosen yet
    dialog.get_by_label("A false alarm: nothing had changed").press("Space")
    dialog.get_by_label("A note for those who read it later").fill("We tried it out.")
    dialog.get_by_role("button", name="It is over").press("Enter")
    part.get_by_text("Resolved by demo").wait_for()
    assert part.get_by_text("We tried it out.").is_visible()
    assert page.get_by_text("people called 1 false").is_visible()
    alert, = [a for a in alarmed.cli("alert", "list")["items"] if a["stream"] == "harm"]
    assert (alert["state"], alert["resolution"]) == ("resolved", "false_alarm")
    page.context.close()
