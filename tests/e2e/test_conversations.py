"""Conversations in the widget: who owns them, who may speak, and what people make of them."""
import json
import random
import threading
import time
import urllib.request

import pytest

from conftest import Process, connect_upstream, open_pilot, until

HEAD_MS = 40
SCRIPT = f"""
version: 1
rng: 2
default: {{text: "We open at nine, come and see.", head_ms: {HEAD_MS}, first_ms: 1, gap_ms: {{mean: 1, jitter: 0}}}}
"""


class Visitor:
    """Somebody with the widget open."""

    def __init__(self, demo):
        self.demo = demo
        self.base = f"/widget/v1/{demo.info['widget']}"
        status, _, config = demo.request("GET", self.base + "/config")
        assert status == 200 and config["enabled"], config
        self.key = config["public_key"]
        origin = json.loads((demo.data / "demo.json").read_text()).get("origin", demo.url)
        self.head = {"origin": origin, "accept": "application/json"}
        self.head["x-servery-visitor"] = self.post("/sessions", {"lang": "en"}, 200)["visitor"]
        self.sent = 0

    def post(self, path, body, expect):
        status, _, answer = self.demo.request("POST", self.base + path, body, self.head, self.key)
        assert status == expect, answer
        return answer

    def get(self, path):
        status, _, answer = self.demo.request("GET", self.base + path, None, self.head, self.key)
        assert status == 200, answer
        return answer

    def say(self, text="When do you open?"):
        self.sent += 1
        self.said = self.post("/messages", {"client_id": f"m{self.sent}", "text": text}, 202)
        self.conversation = self.said["conversation"]
        return self.said["seq"]

    def events(self, after):
        return [e["data"] for e in self.get(f"/events?after={after}")["events"]]

    def seen(self):
        return self.get("/history?limit=200")["items"]


class Desk:
    """A colleague at the desk, with one conversation open."""

    def __init__(self, demo, conversation):
        self.demo = demo
        self.path = f"/desk/conversations/{conversation}"

    def show(self):
        return self.demo.api("GET", self.path, expect=200)

    def epoch(self):
        return self.show()["conversation"]["epoch"]

    def do(self, what, expect=200, **body):
        return self.demo.api("POST", f"{self.path}/{what}", body, expect=expect)


@pytest.fixture(scope="module")
def talking(demo, tmp_path_factory):
    """Every visitor is answered by an AI that takes its time."""
    file = tmp_path_factory.mktemp("upstream") / "slow.yaml"
    file.write_text(SCRIPT)
    demo.upstream = Process("upstream", "--script", file, "--listen", "127.0.0.1:0")
    connect_upstream(demo, demo.upstream.url)
    variant = demo.api("POST", "/variants", {"label": "slow", "dialects": ["openai"],
                                             "targets": [{"provider": "cut", "model": "m1"}]},
                       expect=201)["hash"]
    open_pilot(demo, "full", variant)
    yield demo
    demo.upstream.kill()


def upstream_is_done(demo):
    with urllib.request.urlopen(demo.upstream.url + "/stats", timeout=5) as answer:
        return all(r["complete"] or r["peer_closed_ns"]
                   for r in json.loads(answer.read())["requests"])


def test_a_visitor_is_answered_by_the_ai_under_its_label(talking):
    visitor = Visitor(talking)
    answer, = visitor.events(visitor.say())
    assert (answer["author"], answer["kind"]) == ("ai", "text")
    assert answer["text"] == "We open at nine, come and see."
    assert "AI assistant" in answer["label"]["text"]


def test_no_word_of_the_ai_is_shown_after_a_person_has_claimed(talking):
    moments = random.Random(11)
    before = after = 0
    for _ in range(30):
        visitor = Visitor(talking)
        visitor.say()
        desk = Desk(talking, visitor.conversation)
        epoch = desk.epoch()
        time.sleep(moments.random() * HEAD_MS * 1.6 / 1000)  # the moment of the claim
        assert desk.do("claim", epoch=epoch)["owner"] == "person"
        shown_at_claim = len(visitor.seen())
        until(lambda: upstream_is_done(talking), "the AI has ended")
        visitor.say("Are you there?")
        seen = visitor.seen()
        joined = next(m["seq"] for m in seen if m["author"] == "system")
        late = [m for m in seen if m["author"] == "ai" and m["seq"] > joined]
        assert late == []
        assert not [m for m in seen[shown_at_claim:] if m["author"] == "ai"]
        answered = [m for m in seen if m["author"] == "ai"]
        before += bool(answered)
        after += not answered
    print(f"claimed after the answer {before} times, before it {after} times")
    assert after > 0, "some claims came while the AI was answering"


def test_a_person_who_returns_the_conversation_lets_the_ai_answer_again(talking):
    visitor = Visitor(talking)
    visitor.say()
    desk = Desk(talking, visitor.conversation)
    desk.do("claim", epoch=desk.epoch())
    visitor.say("Are you there?")
    assert visitor.said["owner"] == "person"
    desk.do("return", epoch=desk.epoch())
    asked = visitor.say("And on Sundays?")
    assert visitor.said["owner"] == "ai"
    until(lambda: [m for m in visitor.seen() if m["author"] == "ai" and m["seq"] > asked],
          "the AI answers again")


def test_a_persons_reply_reaches_the_waiting_visitor_at_once(talking):
    visitor = Visitor(talking)
    visitor.say()
    desk = Desk(talking, visitor.conversation)
    desk.do("claim", epoch=desk.epoch())
    last = visitor.seen()[-1]["seq"]
    got = []

    def wait():
        got.append((visitor.events(last), time.monotonic()))

    waiting = threading.Thread(target=wait)
    waiting.start()
    sent = time.monotonic()
    desk.do("reply", 201, text="Good morning, this is Maria.", if_seq=last, client_id="r1")
    waiting.join(timeout=10)
    (message,), at = got[0]
    assert (message["author"], message["text"]) == ("person", "Good morning, this is Maria.")
    assert at - sent < 1


def test_the_same_message_sent_twice_is_one_message(talking):
    visitor = Visitor(talking)
    visitor.say()
    until(lambda: len(visitor.seen()) == 2, "the answer")
    visitor.sent = 0
    visitor.say()
    assert upstream_is_done(talking)
    assert [m["author"] for m in visitor.seen()] == ["visitor", "ai"]


def test_a_thumb_stands_beside_the_answer_at_the_desk(talking):
    visitor = Visitor(talking)
    answer, = visitor.events(visitor.say())
    visitor.post("/feedback", {"seq": answer["seq"], "thumb": "down", "reason": "unclear"}, 202)
    shown = Desk(talking, visitor.conversation).show()["messages"]
    assert next(m for m in shown if m["id"] == answer["id"])["thumb"] == "down"


def test_a_visitor_who_asks_for_a_person_waits_at_the_desk(talking):
    visitor = Visitor(talking)
    visitor.events(visitor.say())
    visitor.post("/human", {}, 202)
    assert Desk(talking, visitor.conversation).show()["conversation"]["owner"] == "nobody"
    waiting = talking.api("GET", "/desk/conversations?view=needs_you&limit=200")["items"]
    assert visitor.conversation in [c["id"] for c in waiting]
    visitor.say("Hello?")
    assert visitor.said["owner"] == "nobody"


def test_a_colleague_labels_answers_from_the_command_line(talking):
    visitor = Visitor(talking)
    visitor.events(visitor.say())
    item = until(lambda: talking.cli("label", "next"), "a message to judge")
    assert item["text"] and item["answer"]
    label = talking.cli("label", "add", item["message"], "wrong", "--harm", "--note", "Not so.")
    assert (label["message"], label["verdict"]) == (item["message"], "wrong")
    again = talking.cli("label", "next")
    assert not again or again["message"] != item["message"]
    assert talking.api("GET", "/desk/review")["labelled"] == 1
