"""The staff console in a real browser: how it is served, what it weighs, and what must hold on each
screen: accessibility, both languages, no fault in the page."""
import statistics

from browser import DESKTOP, PHONE, RAW_KEY, serious_findings, shot
from console_house import (SCREENS, browser, house, page, settled, signed_in,  # noqa: F401 (fixtures)
                           waiting)

# --- the pages themselves -------------------------------------------------------------------------

def test_the_console_is_served_with_a_strict_policy(house):
    status, head, body = house.request("GET", "/console/desk", headers={"accept": "text/html"})
    policy = head["content-security-policy"]
    assert status == 200 and "<div id=\"root\">" in body and "SERVERY_NONCE" not in body
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "'unsafe-inline'" not in policy and "require-trusted-types-for 'script'" in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'content="{nonce}"' in body
    assert house.request("GET", "/console/")[1]["content-security-policy"] != policy
    script = body.split('src="')[1].split('"')[0]
    _, head, _ = house.request("GET", script)
    assert "immutable" in head["cache-control"] and head["content-type"].startswith("text/javascript")
    assert house.request("GET", "/console/assets/gone.js")[0] == 404


def test_signing_in_needs_the_right_password(house, browser):
    context = browser.context()
    page = context.new_page()
    page.goto(f"{house.url}/console/desk")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("E-mail or name").fill("demo")
    page.locator("input[autocomplete=current-password]").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    assert "do not fit" in page.get_by_role("alert").inner_text()
    page.locator("input[autocomplete=current-password]").fill(house.info["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/desk")
    page.get_by_role("button", name="You and your settings").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    context.close()


def test_the_inbox_is_small_and_usable_at_once(house, browser, signed_in):
    waiting(house)
    times, weights = [], []
    for _ in range(5):
        context = browser.context(state=signed_in)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        bytes_in = []
        wire.on("Network.loadingFinished", lambda e: bytes_in.append(e["encodedDataLength"]))
        page.goto(f"{house.url}/console/desk", wait_until="commit")
        page.locator("[data-ready] [data-conversation]").first.click()
        page.locator("[data-conversation][aria-current=true]").first.wait_for()
        times.append(page.evaluate("performance.now()"))
        weights.append(sum(bytes_in))
        context.close()
    print(f"\ninbox: first load {max(weights) / 1000:.0f} kB, usable after "
          f"{statistics.median(times):.0f} ms (median of {sorted(round(t) for t in times)})")
    assert max(weights) <= 300_000
    assert statistics.median(times) <= 1000


def test_no_screen_has_a_serious_finding_of_axe(house, browser, signed_in):
    visitor = waiting(house)
    found = []
    for scheme in ("light", "dark"):
        context = browser.context(state=signed_in, scheme=scheme)
        page = context.new_page()
        for path in [*SCREENS, f"/desk/{visitor.conversation}"]:
            page.goto(f"{house.url}/console{path}")
            page.locator("h1").first.wait_for()
            settled(page)
            found += [f"{scheme} {path}: {line}" for line in serious_findings(page)]
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("dialog").wait_for()
        found += [f"{scheme} stop: {line}" for line in serious_findings(page)]
        page.goto(f"{house.url}/console/sign-in")
        page.locator("h1").wait_for()
        found += [f"{scheme} sign-in: {line}" for line in serious_findings(page)]
        context.close()
    assert found == []


def test_every_screen_speaks_german(house, browser, signed_in):
    visitor = waiting(house)
    context = browser.context(state=signed_in, language="de")
    page = context.new_page()
    for path in [*SCREENS, f"/desk/{visitor.conversation}"]:
        page.goto(f"{house.url}/console{path}")
        page.locator("h1").first.wait_for(state="attached")
        settled(page)
        assert page.evaluate("document.documentElement.lang") == "de"
        words = page.locator("body").inner_text()
        assert RAW_KEY.findall(words) == [], path
        for english in ("Needs you", "Waiting for us", "Take over", "Sign out", "Not enough data"):
            assert english not in words, f"{path}: {english}"
    context.close()


def test_pictures_of_every_screen_are_kept(house, browser, signed_in):
    visitor = waiting(house)
    for scheme in ("light", "dark"):
        for size, name in ((DESKTOP, "desktop"), (PHONE, "phone")):
            for language in ("en", "de") if scheme == "light" else ("en",):
                context = browser.context(size=size, scheme=scheme, language=language,
                                          state=signed_in)
                page = context.new_page()
                for path, what in [("/", "home"), ("/desk", "inbox"), ("/desk/review", "review"),
                                   ("/profile", "profile"),
                                   (f"/desk/{visitor.conversation}", "conversation"),
                                   ("/sign-in", "sign-in")]:
                    page.goto(f"{house.url}/console{path}")
                    page.locator("h1").first.wait_for(state="attached")
                    settled(page)
                    shot(page, "console", f"{what}-{name}-{scheme}-{language}")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= size["width"], f"{what} is {wide} px wide on a {name}"
                context.close()
