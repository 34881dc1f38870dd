"""A real browser (Debian's Chromium, headless) for what people see."""
import os
import pathlib
import re

from playwright.sync_api import sync_playwright

from conftest import ROOT

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = ROOT / "web/console/node_modules/axe-core/axe.min.js"
SHOTS = ROOT / "build/screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
IN_SCHEME = "scheme => document.documentElement.dataset.mantineColorScheme === scheme"
# Words that are keys of a catalogue instead of texts.
RAW_KEY = re.compile(r"\b(?:desk|home|nav|common|shell|stop|review|profile|own|keys|error|gate|"
                     r"rollout|monitor|knowledge|start|settings|parts)\.[a-z_]+(?:\.[a-z_]+)*\b")


class Browser:
    """One Chromium; pages have their own context, so that nothing is shared or cached."""

    def __init__(self):
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=CHROMIUM,
                                                        args=["--no-sandbox"])

    def close(self):
        self.chromium.close()
        self.playwright.stop()

    def context(self, size=None, scheme="light", language="en", state=None, **options):
        context = self.chromium.new_context(viewport=size or DESKTOP, color_scheme=scheme,
                                            storage_state=state, reduced_motion="reduce",
                                            locale={"en": "en-GB", "de": "de-DE"}[language],
                                            **options)
        context.add_init_script("if (location.protocol.startsWith('http')) "
                                f"localStorage.setItem('servery.language', '{language}')")
        context.set_default_timeout(15_000)
        return context


def sign_in(page, demo):
    """Signs in as the demo's owner, by the page."""
    page.goto(f"{demo.url}/console/sign-in")
    page.locator("input[autocomplete=username]").fill(demo.info["owner"])
    page.locator("input[autocomplete=current-password]").fill(demo.info["password"])
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def serious_findings(page):
    """What axe finds serious or worse, as readable lines."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found["violations"]
            if v["impact"] in ("serious", "critical") for n in v["nodes"]]


def shot(page, folder, name):
    target = SHOTS / folder
    target.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target / f"{name}.png")


def shot_everywhere(page, folder, name):
    """The same moment in a light and a dark window and on a phone, whose page must fit its width. The
    page is left as it was found: nothing is loaded anew, and what is typed stays."""
    found = page.viewport_size
    shot(page, folder, name)
    try:
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_function(IN_SCHEME, arg="dark")
        shot(page, folder, f"{name}-dark")
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_function(IN_SCHEME, arg=scheme)
            page.set_viewport_size(PHONE)
            page.wait_for_function("width => window.innerWidth === width", arg=PHONE["width"])
            shot(page, folder, f"{name}-phone" if scheme == "light" else f"{name}-phone-dark")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE["width"], f"{name} is {wide} px wide on a phone"
    finally:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(found)


def payloads(n):
    """Texts that run a script where somebody takes them for markup; each would set window.ran."""
    run = "window.ran=1"
    shapes = ["<script>{r}</script>", "<img src=x onerror={r}>", "<svg onload={r}>",
              "<svg><script>{r}</script></svg>", "\"><img src=x onerror={r}>",
              "'><svg/onload={r}>", "<iframe src=\"javascript:parent.{r}\">",
              "<a href=\"javascript:{r}\">x</a>", "[x](javascript:{r})", "![x](x\" onerror=\"{r})",
              "<details open ontoggle={r}>", "<body onload={r}>", "<input autofocus onfocus={r}>",
              "<math><mtext></mtext><script>{r}</script></math>", "{{{{constructor.constructor('{r}')()}}}}",
              "${{{r}}}", "<style>@import 'javascript:{r}'</style>", "<video><source onerror={r}>",
              "<object data=\"javascript:{r}\">", "<template><img src=x onerror={r}></template>",
              "javascript:{r}", "data:text/html,<script>{r}</script>",
              "<noscript><p title=\"</noscript><img src=x onerror={r}>\">", "<!--><img src=x onerror={r}>",
              "<marquee onstart={r}>x</marquee>"]
    tails = ["", " ", "\n", "</p>", "<!--", "\u2028", "&lt;", "\"", "'", "`", "\\", "-->", "/*", "]]>",
             "</style>", "\u0000"]
    return [shapes[i % len(shapes)].format(r=run) + tails[i // len(shapes) % len(tails)]
            for i in range(n)]
