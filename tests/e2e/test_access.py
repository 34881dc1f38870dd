"""Signing in to the real server: first start, password and code, sessions, CSRF, headers, walls."""
import base64
import hashlib
import hmac
import http.cookies
import json
import re
import shutil
import struct
import tempfile
import time
import urllib.error
import urllib.request

import pytest

from conftest import Process, run, until

PASSWORD = "four words nobody joins"


def totp(secret, step=None):
    """RFC 6238 as an authenticator app computes it."""
    seed = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = int(time.time()) // 30 if step is None else step
    mac = hmac.new(seed, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 10 ** 6:06d}"


class Browser:
    """Keeps the cookies it is given and sends its origin, as a browser does."""

    def __init__(self, url, origin=None):
        self.url, self.origin, self.cookies = url, origin or url, {}

    def call(self, method, path, body=None, headers=None, cookies=True):
        head = dict(headers or {})
        data = None
        if method not in ("GET", "HEAD"):
            head.setdefault("origin", self.origin)
            head.setdefault("content-type", "application/json")
            data = json.dumps(body if body is not None else {}).encode()
        if cookies and self.cookies:
            head["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        request = urllib.request.Request(self.url + path, data=data, headers=head, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            for line in answer.headers.get_all("set-cookie") or []:
                for name, morsel in http.cookies.SimpleCookie(line).items():
                    if morsel["max-age"] == "0":
                        self.cookies.pop(name, None)
                    else:
                        self.cookies[name] = morsel.value
            try:
                return answer.status, answer.headers, json.loads(text)
            except ValueError:
                return answer.status, answer.headers, text

    def post(self, path, body=None, **kw):
        return self.call("POST", path, body, **kw)

    def sign_in(self, name, password):
        return self.post("/api/v1/session", {"email": name, "password": password})


@pytest.fixture(scope="module")
def house():
    """A folder made by `servery init`, served, and the link that init printed."""
    folder = tempfile.mkdtemp(prefix="servery-access-")
    data = folder + "/data"
    _, out, _ = run("init", "--data", data, "--yes", check=0)
    link = re.search(r"#(svl_\S+)", out).group(1)
    server = Process("serve", "--data", data, "--listen", "127.0.0.1:0", log=folder + "/log")
    server.data, server.link, server.folder = data, link, folder
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def owner(house):
    """The first person, signed in from the browser by the link, with a second factor."""
    browser = Browser(house.url)
    status, _, seen = browser.post("/api/v1/setup/check", {"link": house.link})
    assert status == 200 and seen["person"]["id"] == "owner", seen
    status, _, used = browser.post("/api/v1/setup", {
        "link": house.link, "password": PASSWORD, "name": "Rosa", "email": "rosa@example.com"})
    assert status == 201 and used["next"] == "done", used
    status, _, begun = browser.post("/api/v1/me/totp")
    assert status == 201, begun
    browser.secret = begun["secret"]
    browser.last_step = int(time.time()) // 30 - 1
    status, _, confirmed = browser.post(
        "/api/v1/me/totp/confirm", {"code": totp(begun["secret"], browser.last_step)})
    assert status == 200 and len(confirmed["recovery_codes"]) == 10, confirmed
    browser.recovery = confirmed["recovery_codes"]
    return browser


def fresh_code(owner):
    """A code that was not used yet; the step after the current one is taken too."""
    step = max(owner.last_step + 1, int(time.time()) // 30 - 1)
    until(lambda: step <= int(time.time()) // 30 + 1, "the next step comes", 40)
    owner.last_step = step
    return totp(owner.secret, step)


def test_the_link_of_the_first_start_works_once(house, owner):
    stranger = Browser(house.url)
    status, _, body = stranger.post("/api/v1/setup", {"link": house.link, "password": PASSWORD})
    assert status == 404 and body["error"]["id"] == "access.link_used"
    me = owner.call("GET", "/api/v1/session")[2]
    assert me["person"] == {"id": "owner", "name": "Rosa", "email": "rosa@example.com",
                            "language": None}
    assert me["organisation"] == ["admin"] and me["second_factor"]["enrolled"]
    assert me["projects"][0]["roles"] == ["owner"]


def test_signing_in_takes_password_and_code_and_a_code_only_once(house, owner):
    browser = Browser(house.url)
    status, head, body = browser.sign_in("rosa@example.com", PASSWORD)
    assert (status, body) == (200, {"next": "totp"})
    flags = head["set-cookie"].lower()
    assert "httponly" in flags and "samesite=strict" in flags and "path=/" in flags
    assert browser.call("GET", "/api/v1/session")[0] == 401
    half = dict(browser.cookies)
    code = fresh_code(owner)
    assert browser.post("/api/v1/session/totp", {"code": code})[0] == 200
    assert browser.cookies["servery"] != half["servery"]
    assert browser.call("GET", "/api/v1/session")[0] == 200
    again = Browser(house.url)
    again.sign_in("rosa@example.com", PASSWORD)
    status, _, body = again.post("/api/v1/session/totp", {"code": code})
    assert status == 401 and body["error"]["id"] == "access.code"
    assert again.post("/api/v1/session/totp", {"code": owner.recovery[0]})[0] == 200


def test_stepping_up_lets_a_session_act_and_commands_send_their_code(house, owner):
    path = f"/api/v1/people/owner/link"
    status, _, body = owner.post("/api/v1/me/tokens", {"name": "t"})
    # Setting up the factor was a proof itself; ten minutes are not over.
    assert status == 201, body
    other = Browser(house.url)
    other.sign_in("owner", PASSWORD)
    other.post("/api/v1/session/totp", {"code": owner.recovery[1]})
    assert other.post(path)[2]["error"]["id"] == "access.step_up"
    before = dict(other.cookies)
    assert other.post("/api/v1/session/step-up", {"code": owner.recovery[2]})[0] == 200
    assert other.cookies["servery"] != before["servery"]
    assert other.post(path)[0] == 201
    token = ["--url", house.url, "--data", house.data]
    code, _, err = run("user", "token", "--name", "nightly", *token, stdin="")
    assert code == 5 and "access.step_up" in err
    code, out, err = run("user", "token", "--name", "nightly", "--code", owner.recovery[3], *token)
    assert code == 0 and out.startswith("svt_"), err


@pytest.mark.parametrize("origin,content_type,extra,allowed", [
    ("own", "application/json", {}, True),
    ("localhost", "application/json", {}, True),
    ("https://evil.example", "application/json", {}, False),
    ("null", "application/json", {}, False),
    ("own", "text/plain", {}, False),
    ("own", "application/x-www-form-urlencoded", {}, False),
    ("own", "text/plain", {"x-servery-csrf": "1"}, True),
    (None, "application/json", {}, False),
    (None, "application/json", {"sec-fetch-site": "same-origin"}, True),
    (None, "application/json", {"sec-fetch-site": "cross-site"}, False),
])
def test_a_write_with_a_cookie_must_come_from_our_own_pages(house, owner, origin, content_type,
                                                            extra, allowed):
    # Port 0: the origin is right only if the server knows the port it got.
    known = {"own": house.url, "localhost": f"http://localhost:{house.port}"}
    headers = {"content-type": content_type, **extra}
    data = json.dumps({"language": "de"}).encode()
    headers["cookie"] = f"servery={owner.cookies['servery']}"
    if origin:
        headers["origin"] = known.get(origin, origin)
    request = urllib.request.Request(house.url + "/api/v1/me", data=data, headers=headers,
                                     method="PATCH")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert allowed and answer.status == 200
    except urllib.error.HTTPError as error:
        body = json.loads(error.read())
        refused_by_us = error.code == 403 and body["error"]["id"] == "access.csrf"
        # Past the door, a body that is no JSON is the next thing to be refused.
        assert refused_by_us != allowed, body


def test_every_answer_carries_the_headers_that_protect_a_browser(house):
    _, out, _ = run("serve", "--print-routes", "--json", check=0)
    routes = json.loads(out)["routes"]
    assert len(routes) > 150
    missing = []
    browser = Browser(house.url)
    for route in routes:
        path = re.sub(r"\{[a-z_]+\*?\}", "x1", route["path"])
        _, head, _ = browser.call(route["method"], path, cookies=False)
        wanted = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
                  "cross-origin-opener-policy": "same-origin",
                  "cross-origin-resource-policy": "same-origin", "cache-control": "no-store"}
        for name, value in wanted.items():
            if head.get(name) != value:
                missing.append((route["method"], path, name, head.get(name)))
        policy = head.get("content-security-policy", "")
        if "default-src 'none'" not in policy or \
                ("frame-ancestors 'none'" not in policy and "sandbox" not in policy):
            missing.append((route["method"], path, "csp"))
    assert not missing


def test_nobody_gets_in_by_guessing_and_the_owner_still_does(house, owner):
    stranger = Browser(house.url)
    evaluated = refused = 0
    for i in range(60):
        status, head, _ = stranger.sign_in("rosa@example.com", f"guess number {i} of many")
        evaluated += status == 401
        refused += status == 429
        assert status in (401, 429)
        if status == 429:
            assert int(head["retry-after"]) > 0
    assert evaluated <= 6 and refused >= 54
    # Same address, same account, but a browser that was here before.
    known = Browser(house.url)
    known.cookies = {k: v for k, v in owner.cookies.items() if k != "servery"}
    until(lambda: known.sign_in("rosa@example.com", PASSWORD)[2] == {"next": "totp"},
          "the door of this address opens again, ten a second", 5)


def test_signing_out_everywhere_ends_the_other_browser(house, owner):
    other = Browser(house.url)
    other.cookies = {k: v for k, v in owner.cookies.items() if k != "servery"}
    until(lambda: other.sign_in("rosa@example.com", PASSWORD)[2] == {"next": "totp"},
          "the door of this address opens again", 5)
    until(lambda: other.post("/api/v1/session/totp", {"code": owner.recovery[4]})[0] == 200,
          "and again", 5)
    sessions = owner.call("GET", "/api/v1/me/sessions")[2]["items"]
    assert sum(s["this"] for s in sessions) == 1 and len(sessions) >= 2
    assert owner.call("DELETE", "/api/v1/me/sessions?keep=this")[0] == 204
    until(lambda: other.call("GET", "/api/v1/session")[0] == 401, "the other browser is out", 5)
    assert owner.call("GET", "/api/v1/session")[0] == 200


def test_no_secret_is_written_down_in_the_clear(house, owner):
    planted = [PASSWORD, owner.secret, owner.secret.lower(), house.link, owner.cookies["servery"],
               *owner.recovery]
    import pathlib
    for file in pathlib.Path(house.folder).rglob("*"):
        if not file.is_file() or file.name == "data.key":
            continue
        data = file.read_bytes()
        for secret in planted:
            assert secret.encode() not in data, f"{file} holds a secret"


def test_a_restart_keeps_sessions_second_factor_and_used_codes(house, owner):
    code = fresh_code(owner)
    assert owner.post("/api/v1/session/step-up", {"code": code})[0] == 200
    assert house.stop() == 0
    again = Process("serve", "--data", house.data, "--listen", f"127.0.0.1:{house.port}",
                    log=house.folder + "/log")
    house.process, house.log = again.process, again.log
    assert owner.call("GET", "/api/v1/session")[2]["second_factor"]["enrolled"]
    status, _, body = owner.post("/api/v1/session/step-up", {"code": code})
    assert status == 403 and body["error"]["id"] == "access.code"
