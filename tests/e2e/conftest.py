"""Starts the real binary on port 0 and speaks to it as its users do."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

import pytest

BINARY = os.environ["SERVERY_BINARY"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def rows_of(data, sql, file="servery.db"):
    """Rows of a database below a data folder, read beside a running server."""
    with contextlib.closing(sqlite3.connect(f"file:{data / file}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def run(*args, check=None, stdin=None, timeout=120, env=None):
    """A command of the binary: (exit code, stdout, stderr)."""
    done = subprocess.run([BINARY, *map(str, args)], input=stdin, capture_output=True, text=True,
                          timeout=timeout, env={**os.environ, "NO_COLOR": "1", **(env or {})})
    if check is not None:
        assert done.returncode == check, f"{args}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.returncode, done.stdout, done.stderr


class Process:
    """A long-running command that prints `ready http://…` on stdout when it serves."""

    def __init__(self, *args, log=None):
        self.log = open(log or os.devnull, "ab")
        self.process = subprocess.Popen([BINARY, *map(str, args)], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.lines = []
        self.url = None
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"{args} ended with {self.process.wait()}: {self.lines}")
            self.lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                self.url = line.split()[1]
                break
        self.port = int(self.url.rsplit(":", 1)[1])

    def next_line(self):
        line = self.process.stdout.readline().rstrip("\n")
        self.lines.append(line)
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return line

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.log.close()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Demo:
    """The guest house, freshly seeded, with helpers for its API and its command line."""

    def __init__(self, folder, extra=()):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "log.txt"
        self.extra = list(extra)
        self.start("demo")
        self.info = json.loads(self.process.next_line())

    @classmethod
    def over(cls, folder):
        """A server on a folder that a demo left behind in FOLDER/data."""
        server = cls.__new__(cls)
        server.folder = pathlib.Path(folder)
        server.data = server.folder / "data"
        server.log = server.folder / "log.txt"
        server.extra = []
        server.start()
        server.info = json.loads((server.data / "demo.json").read_text())
        return server

    def start(self, command="serve"):
        self.process = Process(command, "--data", self.data, "--listen", "127.0.0.1:0", "--json",
                               *self.extra, log=self.log)
        self.url = self.process.url
        self.project = "guest-house"

    def restart(self, how="stop"):
        getattr(self.process, how)()
        started = time.monotonic()
        self.start("serve")
        return time.monotonic() - started

    def cli(self, *args, check=0, as_json=True, **kw):
        """A command against the running server, as the local operator: its output as JSON, or all
        of it as a person reads it."""
        code, out, err = run(*args, "--url", self.url, "--token",
                             (self.data / "admin.token").read_text().strip(),
                             *(["--json"] if as_json else []), check=check, **kw)
        if not as_json:
            return out + err
        return json.loads(out) if out.strip() else None

    def request(self, method, path, body=None, headers=None, key=None, timeout=30):
        """(status, headers, parsed body or text)."""
        data = None
        head = dict(headers or {})
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            head.setdefault("content-type", "application/json")
        if key:
            head["authorization"] = f"Bearer {key}"
        request = urllib.request.Request(self.url + path, data=data, headers=head, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return self._answer(answer)
        except urllib.error.HTTPError as error:
            return self._answer(error)

    @staticmethod
    def _answer(answer):
        text = answer.read().decode()
        try:
            return answer.status, answer.headers, json.loads(text)
        except ValueError:
            return answer.status, answer.headers, text

    def api(self, method, path, body=None, as_person="demo", expect=None, headers=None):
        """The control API with the operator's token, under the project."""
        prefix = "" if path.startswith("/api/") else f"/api/v1/projects/{self.project}"
        status, head, answer = self.request(
            method, prefix + path, body,
            {"x-servery-as": as_person, **(headers or {})},
            (self.data / "admin.token").read_text().strip())
        if expect is not None:
            assert status == expect, f"{method} {path}: {status} {answer}"
        return answer

    def all_of(self, path):
        """Every item of a list, page by page."""
        items, cursor = [], ""
        while True:
            page = self.api("GET", f"{path}?limit=200{cursor}", expect=200)
            items += page["items"]
            if not page["next"]:
                return items
            cursor = f"&cursor={page['next']}"

    def ask(self, text, key=None, **extra):
        """One chat completion: (status, headers, body)."""
        body = {"model": "faq", "messages": [{"role": "user", "content": text}], **extra}
        return self.request("POST", "/v1/chat/completions", body,
                            key=key or self.info["sandbox_key"])


POLL = 0.02  # seconds between two looks at a thing that comes about elsewhere


def until(look, what, seconds=10):
    """What `look` answers as soon as it is true; fails with `what` after the time."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(POLL)


TRIAL = ["Is there wifi available?", "Does this site offer any airport shuttle service?",
         "What time is breakfast?", "Can I bring my dog?", "When can I check in?"]


def connect_upstream(demo, url, provider="cut", timeouts=None, price="0"):
    """A provider at this address; sandbox keys may name its model m1 as `provider/m1`."""
    document = {"providers": [{"id": provider, "kind": "openai", "base_url": url + "/v1",
                               "allow_private": True, "models": [{"id": "m1", "sandbox": True}],
                               **({"timeouts": timeouts} if timeouts else {})}]}
    file = demo.folder / f"{provider}.yaml"
    file.write_text(json.dumps(document))  # JSON is YAML
    demo.cli("provider", "import", file)
    demo.cli("price", "set", "m1", "--provider", provider, "--in", "0", "--out", price,
             "--currency", "EUR")


def prepare_pilot(demo, variant=None):
    """The proof of concept is run and a rollout of the variant made; the variant's hash."""
    if variant is None:
        variant = demo.api("GET", "/variants", expect=200)["items"][0]["hash"]
    run_id = demo.api("POST", "/runs", {"dataset": "proof-of-concept", "variants": [variant]},
                      expect=201)["id"]
    demo.api("POST", f"/runs/{run_id}/start", {}, expect=202)
    until(lambda: demo.api("GET", f"/runs/{run_id}")["state"] not in ("priced", "running"),
          "the proof of concept ends", 30)
    demo.api("POST", "/rollouts", {"variant": variant}, expect=201)
    return variant


def sign_pilot(demo):
    """What an owner does to pass G1: a trial in the sandbox, the checklist, a drill, a signature."""
    for i in range(25):
        assert demo.ask(TRIAL[i % len(TRIAL)])[0] == 200
    until(lambda: not do_what_a_person_can(demo, "G1"), "G1 is ready", 20)
    page = demo.api("GET", "/gates/G1", expect=200)
    demo.api("POST", "/gates/G1/sign", {"run_hash": page["run_hash"],
                                        "statement": "Read; open the pilot for our people."},
             expect=201)


def override_to(demo, stage):
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5 * 86400))
    return demo.api("POST", "/phase", {"to": stage, "reason": "A test of this stage, on purpose.",
                                       "override": {"expires": expires}}, expect=200)


def open_pilot(demo, stage="p10", variant=None):
    """Ten percent of the visitors at once, by an owner's signed override; the variant's hash."""
    variant = prepare_pilot(demo, variant)
    override_to(demo, stage)
    return variant


def do_what_a_person_can(demo, gate):
    """Answers, signs and drills what a gate still needs; returns what is open."""
    page = demo.api("GET", f"/gates/{gate}", expect=200)
    still = [c for c in page["conditions"] if c["state"] not in ("pass", "waived")]
    for condition in still:
        parts = condition["id"].split("/")
        kind, subject = parts[1], parts[2]
        if kind == "activity":
            demo.api("POST", f"/activities/{subject}", {"status": "done"}, expect=200)
        elif kind == "risk" and parts[3:] == ["answer"]:
            demo.api("POST", f"/risks/{subject}/answer",
                     {"answer": "yes", "note": "Looked at and in order."}, expect=200)
        elif kind == "risk" and parts[3:] == ["signature"]:
            sign_row(demo, subject)
        elif kind == "drill" or "gateway.fallback_drill" in condition["id"]:
            demo.api("POST", "/evidence/gateway.fallback_drill/refresh",
                     {"cause": subject if kind == "drill" else "provider_down"}, expect=202)
    return still


def sign_row(demo, row):
    what = f"risk/{row}"
    digest = demo.api("GET", f"/signatures/hash?what={what}", expect=200)["object_hash"]
    return demo.api("POST", "/signatures", {"what": what, "object_hash": digest,
                                            "statement": "Read, and agreed."}, expect=201)


@pytest.fixture(scope="module")
def demo():
    folder = tempfile.mkdtemp(prefix="servery-e2e-")
    server = Demo(folder)
    yield server
    server.process.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_demo():
    folder = tempfile.mkdtemp(prefix="servery-e2e-")
    server = Demo(folder)
    yield server
    if server.process.process.poll() is None:
        server.process.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def upstream(tmp_path):
    """Starts a scripted upstream: upstream("text of its script") -> Process."""
    started = []

    def start(script):
        file = tmp_path / f"script{len(started)}.yaml"
        file.write_text(script)
        started.append(Process("upstream", "--script", file, "--listen", "127.0.0.1:0"))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def pytest_terminal_summary(terminalreporter):
    """How long each file took, what it starts included."""
    taken, tests = {}, {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                file = report.nodeid.split("::")[0]
                taken[file] = taken.get(file, 0) + report.duration
                tests[file] = tests.get(file, 0) + (report.when == "call")
    for file, seconds in sorted(taken.items()):
        terminalreporter.write_line(f"{seconds:7.0f} s  {tests[file]:3} tests  {file}")
