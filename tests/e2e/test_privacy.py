"""What a visitor types that is personal is found nowhere it should not be."""
import json
import sqlite3
import time
import urllib.request

import pytest

from conftest import Demo, connect_upstream, open_pilot, rows_of, until
from parrot import Parrot

SECRETS = ["anna.schmidt@example.org", "+44 20 7946 0958", "4111 1111 1111 1111",
           "DE89 3704 0044 0532 0130 00"]
PIECES = SECRETS + [s.replace(" ", "") for s in SECRETS]

SCRIPT = """
version: 1
rng: 3
default: {text: "Noted, we will write to anna.schmidt@example.org soon.", head_ms: 1, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
"""


def test_email_phone_card_and_iban_are_found_nowhere(fresh_demo, upstream):
    demo: Demo = fresh_demo
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    question = ("My mail is {}, my phone {}, my card {} and my account {}."
                .format(*SECRETS))
    history = [{"role": "user", "content": question},
               {"role": "assistant", "content": "Thank you."},
               {"role": "user", "content": "Did you get " + question + "?"}]
    for stream in (False, True):
        status, _, answer = demo.request("POST", "/v1/chat/completions",
                                         {"model": "cut/m1", "messages": history,
                                          "stream": stream},
                                         key=demo.info["sandbox_key"])
        assert status == 200, answer
    demo.ask(question)

    # upstream
    stats = urllib.request.urlopen(process.url + "/stats", timeout=5).read().decode()
    bodies = json.loads(stats)
    assert "[EMAIL" in stats, "the upstream was asked, with placeholders"
    for piece in PIECES:
        assert piece not in stats, f"{piece} went upstream"
    assert bodies

    # metrics, log, rows (a stop writes what waits)
    _, _, metrics = demo.request("GET", "/metrics")
    demo.process.stop()
    kept = demo.log.read_bytes() + metrics.encode()
    for file in demo.data.rglob("*"):
        if file.is_file():
            kept += file.read_bytes()
    assert b"[EMAIL" in kept, "the questions were kept, with placeholders"
    for piece in PIECES:
        assert piece.encode() not in kept, f"{piece} was kept"


def test_an_owners_guard_policy_holds_from_the_next_message_and_doing_less_takes_a_reason(
        fresh_demo, upstream, tmp_path):
    """A document with a typo is refused with what was meant, and the old one serves on."""
    demo: Demo = fresh_demo
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)

    def sent(text):
        """What the upstream was sent of it."""
        demo.request("POST", "/v1/chat/completions",
                     {"model": "cut/m1", "messages": [{"role": "user", "content": text}]},
                     key=demo.info["sandbox_key"])
        return urllib.request.urlopen(process.url + "/stats", timeout=5).read().decode()

    def keep(kind, version, **more):
        return demo.api("PUT", "/guard/policy",
                        {"document": {"input": {"pii": {"types": {kind: "keep"}}}}, **more},
                        headers={"if-match": f'"{version}"'})

    wrong = keep("EMAIL_ADRESS", 0)
    assert wrong["error"]["id"] == "guard.policy_invalid"
    assert "EMAIL_ADDRESS" in wrong["error"]["remedy"]
    assert "first@example.org" not in sent("I am first@example.org")

    assert keep("EMAIL_ADDRESS", 0)["version"] == 1, "in the sandbox no reason is asked for"
    assert "second@example.org" in sent("I am second@example.org")
    assert keep("EMAIL_ADDRESS", 0)["error"]["id"] == "guard.policy_stale"

    open_pilot(demo)
    assert keep("CREDIT_CARD", 1)["error"]["id"] == "guard.loosened_without_reason"
    file = tmp_path / "policy.json"
    file.write_text("{}")
    assert demo.cli("guard", "policy", file)["document"] == {}
    assert "third@example.org" not in sent("I am third@example.org")
    told = keep("EMAIL_ADDRESS", 2, reason="Guests write to us by mail anyway.")
    assert told["loosens"] == ["input.pii.types.EMAIL_ADDRESS: keep instead of pseudonymise"]
    rows = demo.all_of("/guard/policy/revisions")
    assert [r["version"] for r in rows] == [3, 2, 1]
    assert demo.cli("guard", "policy")["by"] == "demo"


@pytest.fixture
def parrot():
    bird = Parrot()
    yield bird
    bird.close()


class Talk:
    """One conversation of a program on behalf of a visitor."""

    def __init__(self, demo, conversation, visitor="anna"):
        self.demo = demo
        self.head = {"x-servery-visitor": visitor, "x-servery-conversation": conversation}

    def say(self, text, stream):
        """What the visitor reads."""
        body = {"model": "faq", "messages": [{"role": "user", "content": text}], "stream": stream}
        status, _, answer = self.demo.request("POST", "/v1/chat/completions", body, self.head,
                                              self.demo.info["live_key"])
        assert status == 200, answer
        if not stream:
            return answer["choices"][0]["message"]["content"]
        events = [json.loads(line[6:]) for line in answer.splitlines()
                  if line.startswith("data: {")]
        return "".join(c["delta"].get("content") or "" for e in events for c in e["choices"])


def kept(demo):
    """Rows of the vault: a key a conversation, and the placeholders."""
    return rows_of(demo.data, "SELECT count(*) FROM vault")[0][0]


def lies_in_clear(demo, word):
    files = [demo.log, *(f for f in demo.data.rglob("*") if f.is_file())]
    return [str(f) for f in files if word.encode() in f.read_bytes()]


@pytest.fixture
def pilot(fresh_demo, parrot):
    """Every visitor is answered by an upstream that repeats the placeholder it was sent."""
    demo: Demo = fresh_demo
    connect_upstream(demo, parrot.url)
    variant = demo.api("POST", "/variants", {"label": "parrot", "dialects": ["openai"],
                                             "targets": [{"provider": "cut", "model": "m1"}]},
                       expect=201)["hash"]
    open_pilot(demo, "full", variant)
    return demo


MAIL = SECRETS[0]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_value_of_before_a_hard_stop_is_put_back_and_lies_nowhere_in_clear(pilot, parrot, stream):
    talk = Talk(pilot, "talk-1")
    assert MAIL in talk.say(f"My mail is {MAIL}.", stream)
    until(lambda: kept(pilot) == 2, "the key and the placeholder are on the disk")
    assert not lies_in_clear(pilot, MAIL), "pages, write-ahead logs and the log, as they are"
    pilot.restart("kill")
    for way in (stream, not stream):
        said = talk.say("Where do you write to?", way)
        assert MAIL in said and parrot.placeholder not in said
    assert MAIL not in Talk(pilot, "talk-2").say("And to whom there?", stream), "its own alone"
    assert MAIL in talk.say(f"I say it again: {MAIL}.", stream)
    assert all(MAIL not in body for body in parrot.heard)
    assert not lies_in_clear(pilot, MAIL)
    copy = pilot.folder / "copy"
    pilot.cli("backup", "--data", pilot.data, "--to", copy)
    assert rows_of(copy, "SELECT count(*) FROM vault") == [(2,)]
    assert not [f for f in copy.rglob("*") if f.is_file() and MAIL.encode() in f.read_bytes()]


def test_after_its_time_a_value_does_not_come_back(pilot, parrot):
    talk = Talk(pilot, "talk-1")
    assert MAIL in talk.say(f"My mail is {MAIL}.", False)
    until(lambda: kept(pilot) == 2, "the key and the placeholder are on the disk")
    expires, = {e for e, in rows_of(pilot.data, "SELECT expires FROM vault")}
    day = 24 * 3600
    assert abs(expires / 1000 - time.time() - day) < 60, "a day after the last message"
    pilot.process.kill()
    with sqlite3.connect(pilot.data / "servery.db") as db:
        db.execute("UPDATE vault SET expires = expires - ?", (day * 1000,))
    db.close()
    pilot.start()
    assert kept(pilot) == 0, "the start deletes them"
    assert MAIL not in talk.say("Where do you write to?", False)


def test_an_erased_visitors_placeholders_go_with_their_keys(pilot, parrot):
    hers, his = Talk(pilot, "talk-1"), Talk(pilot, "talk-2", "bert")
    assert MAIL in hers.say(f"My mail is {MAIL}.", False)
    assert "bert@example.org" in his.say("Mine is bert@example.org.", False)
    until(lambda: kept(pilot) == 4, "both are on the disk")
    done = pilot.cli("privacy", "erase", "anna", "--yes")
    assert done["state"] == "done" and done["certificate"]["rows"]["vault"] == 2
    assert kept(pilot) == 2
    pilot.restart("kill")
    assert "bert@example.org" in his.say("Where do you write to?", False)
    hers_again = Talk(pilot, "talk-1").say("Where do you write to?", False)
    assert MAIL not in hers_again and "bert@example.org" not in hers_again
