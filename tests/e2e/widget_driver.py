"""What a visitor does with the widget, in Debian's Chromium."""
import pathlib

from playwright.sync_api import expect

expect.set_options(timeout=15_000)  # a busy machine is slow; nothing here measures time
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screenshots" / "widget"
DESKTOP = {"viewport": {"width": 1000, "height": 760}}
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "has_touch": True}


def launch(playwright):
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])


class Chat:
    """The widget on one page."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.faults = []
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.goto(url)

    @property
    def launcher(self):
        return self.page.get_by_role("button", name="Chat –")

    @property
    def input(self):
        return self.page.locator(".composer textarea")

    @property
    def answers(self):
        return self.page.locator(".message.ai:not(.partial)")

    @property
    def log(self):
        return self.page.locator("[role=log]")

    def open(self):
        self.launcher.click()
        expect(self.page.locator(".panel")).to_be_visible()
        return self

    def say(self, text):
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text, answers=None):
        """Asks and waits for one more answer of the AI."""
        before = self.answers.count() if answers is None else answers - 1
        self.say(text)
        expect(self.answers).to_have_count(before + 1, timeout=20_000)
        return self.answers.nth(before)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def menu(self, item):
        self.page.get_by_role("button", name="More").click()
        self.page.get_by_role("menuitem", name=item).click()

    def stored(self):
        return self.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage),"
                                  " document.cookie].filter(Boolean)")

    def shot(self, name):
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")


def axe_faults(page):
    """What axe finds at level serious or worse; the page must not forbid the script of the test."""
    source = (ROOT / "tests/e2e/node/node_modules/axe-core/axe.min.js").read_text()
    page.evaluate(source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found["violations"]
            if v["impact"] in ("serious", "critical") for n in v["nodes"]]
