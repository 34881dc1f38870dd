"""Who is served in the pilot, and what everybody else gets."""
import json
import socket
import time
import urllib.request

import openai
import pytest

from conftest import (connect_upstream, open_pilot, override_to, prepare_pilot, run, sign_pilot,
                      until)

WIFI = "Is there wifi available?"


@pytest.fixture(scope="module")
def pilot(demo):
    open_pilot(demo)
    return demo


def visit(demo, visitor, **extra):
    """One live question of a visitor: (headers, body, milliseconds)."""
    began = time.monotonic()
    status, head, body = demo.request(
        "POST", "/v1/chat/completions",
        {"model": "faq", "messages": [{"role": "user", "content": WIFI}], **extra},
        {"x-servery-visitor": visitor}, demo.info["live_key"])
    took = (time.monotonic() - began) * 1000
    assert status == 200, body
    return head, body, took


def side(demo, visitor):
    return visit(demo, visitor)[0]["x-servery-served"]


@pytest.fixture(scope="module")
def sides(pilot):
    return {f"guest-{i}": side(pilot, f"guest-{i}") for i in range(200)}


@pytest.fixture(scope="module")
def inside(sides):
    return next(v for v, s in sides.items() if s != "fallback")


@pytest.fixture(scope="module")
def outside(sides):
    return next(v for v, s in sides.items() if s == "fallback")


def test_an_owner_opens_the_pilot_by_signing_what_was_measured(fresh_demo):
    prepare_pilot(fresh_demo)
    sign_pilot(fresh_demo)
    project = fresh_demo.api("GET", "/api/v1/projects")["items"][0]
    assert project["phase"] == "pilot"
    assert side(fresh_demo, "a-customer") == "fallback", "the pilot begins with staff only"


def test_a_phase_is_skipped_only_with_a_reason_and_an_end_and_the_record_says_so(fresh_demo):
    """REQ: I-1, P0-1"""
    demo = fresh_demo
    prepare_pilot(demo)
    skip = {"to": "p10", "reason": "The season begins tomorrow."}
    for wrong in ({**skip, "reason": "Hurry.", "override": {"expires": "2099-01-01T00:00:00Z"}},
                  {**skip, "override": {"expires": "2099-01-01T00:00:00Z"}},
                  {**skip, "override": {}}):
        assert "error" in demo.api("POST", "/phase", wrong), wrong
        assert demo.api("GET", "/api/v1/projects")["items"][0]["phase"] == "sandbox"
    override_to(demo, "p10")
    assert visit(demo, "a-customer")[0]["x-servery-phase"] == "pilot", "the gateway reads it"
    project = demo.api("GET", "/api/v1/projects")["items"][0]
    assert (project["phase"], project["stage"]) == ("pilot", "p10")
    assert project["override"]["reason"] and project["override"]["until"]
    changed = next(e for e in demo.api("GET", "/api/v1/audit?limit=200")["items"]
                   if e["kind"] == "phase.changed")
    assert changed["detail"]["cause"] == "override"
    assert changed["by"]["id"] == "demo"
    demo.api("POST", "/phase", {"to": "sandbox", "reason": "It was too early."}, expect=200)
    assert side(demo, "a-customer") == "fallback"
    assert demo.api("GET", "/api/v1/projects")["items"][0]["phase"] == "sandbox"


def test_a_drill_injects_the_fault_and_records_the_recovery(fresh_demo):
    """REQ: R3-5, R-REL-1"""
    prepare_pilot(fresh_demo)
    fresh_demo.api("POST", "/evidence/gateway.fallback_drill/refresh", {"cause": "provider_down"},
                   expect=202)
    fact, = until(lambda: fresh_demo.api("GET", "/facts?key=gateway.fallback_drill")["items"],
                  "the drill's fact")
    assert (fact["filter"], fact["n"], fact["value"], fact["usable"]) == ("provider_down", 1, 1, True)


def test_a_larger_audience_than_the_gate_allows_is_refused_without_an_override(fresh_demo):
    """REQ: I-W1"""
    prepare_pilot(fresh_demo)
    fresh_demo.api("POST", "/phase", {"to": "p10", "reason": "I am in a hurry today."})
    assert side(fresh_demo, "a-customer") == "fallback"
    assert fresh_demo.api("GET", "/api/v1/projects")["items"][0]["phase"] == "sandbox"


def test_about_a_tenth_of_the_visitors_is_served(sides):
    served = sum(s != "fallback" for s in sides.values())
    assert 6 <= served <= 38, "ten percent of 200, four deviations either way"


def test_visitors_outside_get_a_helpful_answer_at_once_marked_as_fallback(pilot, outside):
    worst = 0
    for _ in range(30):
        head, body, took = visit(pilot, outside)
        worst = max(worst, took)
        assert (head["x-servery-served"], head["x-servery-reason"]) == ("fallback", "bucket")
        assert body["servery"]["served"] == "fallback"
        assert "colleague" in body["choices"][0]["message"]["content"]
        assert body["choices"][0]["finish_reason"] == "stop"
    print(f"worst fallback {worst:.1f} ms")
    assert worst < 100


def test_visitors_outside_get_it_as_a_stream_too(pilot, outside):
    client = openai.OpenAI(base_url=pilot.url + "/v1", api_key=pilot.info["live_key"],
                           max_retries=0, default_headers={"x-servery-visitor": outside})
    ask = {"model": "faq", "messages": [{"role": "user", "content": WIFI}]}
    whole = client.chat.completions.create(**ask)
    assert whole.servery["served"] == "fallback"
    began = time.monotonic()
    chunks = list(client.chat.completions.create(stream=True, **ask))
    assert (time.monotonic() - began) * 1000 < 100
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert chunks[0].servery["served"] == "fallback"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_visitors_inside_get_the_variant_or_word_that_a_person_checks_it(pilot, inside):
    head, body, _ = visit(pilot, inside)
    assert head["x-servery-served"] in ("variant", "draft")
    assert head["x-servery-stage"] == "p10"
    text = body["choices"][0]["message"]["content"]
    assert "wifi" in text if head["x-servery-served"] == "variant" else "person checks" in text


def test_the_kill_switch_stops_everybody_at_once_and_unkill_serves_again(pilot, inside, outside):
    pilot.api("POST", "/kill", {"reason": "A test of the switch."}, expect=200)
    for visitor in (inside, outside):
        head, body, took = visit(pilot, visitor)
        assert (head["x-servery-served"], head["x-servery-reason"]) == ("fallback", "killed")
        assert body["choices"][0]["message"]["content"]
        assert took < 100
    pilot.api("POST", "/unkill", {"reason": "The test is over."}, expect=200)
    assert side(pilot, inside) != "fallback"
    assert side(pilot, outside) == "fallback"


def test_a_kill_holds_over_a_hard_restart(pilot, inside):
    pilot.api("POST", "/kill", {"reason": "A test of the switch."}, expect=200)
    pilot.restart("kill")
    assert visit(pilot, inside)[0]["x-servery-reason"] == "killed"
    pilot.api("POST", "/unkill", {"reason": "The test is over."}, expect=200)
    assert side(pilot, inside) != "fallback"


def test_every_visitor_keeps_his_side_after_a_restart(pilot, sides):
    pilot.restart()
    assert {v: side(pilot, v) for v in sides} == sides


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fallback_key(demo):
    return demo.cli("key", "create", "--kind", "sandbox", "--name", "failing",
                    "--on-failure", "fallback")["key"]


def test_a_dead_upstream_is_answered_by_the_fallback_at_once(demo):
    connect_upstream(demo, f"http://127.0.0.1:{closed_port()}", "dead")
    key = fallback_key(demo)
    began = time.monotonic()
    status, head, body = demo.ask(WIFI, key, model="dead/m1")
    took = (time.monotonic() - began) * 1000
    print(f"dead upstream: fallback after {took:.1f} ms")
    assert status == 200, body
    assert head["x-servery-served"] == "fallback"
    assert body["choices"][0]["message"]["content"]
    assert took < 2000


@pytest.mark.parametrize("stream", [False, True])
def test_a_silent_upstream_is_answered_by_the_fallback_within_the_deadline(demo, upstream, stream):
    silent = upstream("""
version: 1
rng: 1
default: {text: "too late", head_ms: 30000, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
""")
    connect_upstream(demo, silent.url, "silent", {"head_ms": 400, "first_token_ms": 400,
                                                  "total_ms": 1500})
    began = time.monotonic()
    status, head, body = demo.ask(WIFI, fallback_key(demo), model="silent/m1", stream=stream)
    took = (time.monotonic() - began) * 1000
    print(f"silent upstream: fallback after {took:.0f} ms, attempts", head.get("x-servery-attempts"))
    assert status == 200, body
    assert head["x-servery-served"] == "fallback"
    assert took < 1500 + 250


def test_a_spent_budget_is_answered_by_the_fallback(fresh_demo, upstream):
    demo = fresh_demo
    open_pilot(demo)  # the plan gives the pilot 100 EUR
    costly = upstream("""
version: 1
rng: 1
default: {text: "one two", head_ms: 1, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
""")
    connect_upstream(demo, costly.url, "costly", price="10000000")  # 10 EUR a token
    key = fallback_key(demo)
    seen = []
    for _ in range(12):
        status, head, body = demo.ask(WIFI, key, model="costly/m1", max_tokens=3)
        assert status == 200, body
        seen.append((head["x-servery-served"], head["x-servery-reason"]))
        if head["x-servery-served"] == "fallback":
            break
    assert seen[0][0] == "variant", "there was money at first"
    assert seen[-1] == ("fallback", "budget")


def health(demo, provider):
    """What the API says of a provider's only target; none before it was asked."""
    listed = next(p for p in demo.api("GET", "/api/v1/providers", expect=200)["items"]
                  if p["id"] == provider)
    return listed["targets"][0] if listed["targets"] else None


def asked(process):
    with urllib.request.urlopen(process.url + "/stats", timeout=5) as answer:
        return len(json.loads(answer.read())["requests"])


@pytest.mark.parametrize("name, fault", [
    ("broken", "{kind: status, status: 500}"), ("reset", "{kind: reset, after_bytes: 0}"),
    ("slow", "{kind: slow_head, delay_ms: 30000}")])
def test_after_five_failures_the_breaker_answers_in_100_ms_and_asks_nobody(demo, upstream, name,
                                                                           fault):
    """The circuit opens on failures of every kind; visitors get the fallback at once, whole and
    streamed, and everybody who runs the server can see it."""
    process = upstream(f"""
version: 1
rng: 1
default: {{text: "late", head_ms: 1, first_ms: 1, gap_ms: {{mean: 1, jitter: 0}}}}
rules:
  - when: {{contains: "wifi"}}
    fault: {fault}
""")
    connect_upstream(demo, process.url, name, {"head_ms": 200, "first_token_ms": 200,
                                               "total_ms": 300})
    key = fallback_key(demo)
    assert health(demo, name) is None
    until(lambda: demo.ask(WIFI, key, model=f"{name}/m1")[0] == 200
          and health(demo, name)["state"] == "open", "the breaker opens")
    before = asked(process)
    for stream in (False, True):
        began = time.monotonic()
        status, head, body = demo.ask(WIFI, key, model=f"{name}/m1", stream=stream)
        took = (time.monotonic() - began) * 1000
        print(f"{name}, stream={stream}: fallback after {took:.1f} ms")
        assert status == 200
        assert head["x-servery-served"] == "fallback"
        assert head["x-servery-reason"] == "provider_down"
        assert took < 100
        if stream:
            assert body.rstrip().endswith("data: [DONE]")
        else:
            assert body["choices"][0]["message"]["content"]
            assert body["servery"]["served"] == "fallback"
    assert asked(process) == before, "an open breaker asks nobody"
    told = health(demo, name)
    assert told["refused"] == "breaker" and told["until"]
    metrics = demo.request("GET", "/metrics", headers={
        "authorization": "Bearer " + (demo.data / "admin.token").read_text().strip()})[2]
    assert f'servery_upstream_breaker{{provider="{name}",model="m1"}} 2' in metrics
    assert demo.request("GET", "/readyz")[2]["upstreams"]["resting"] >= 1
    assert "rests until" in cli_text(demo, "provider", "list")


def cli_text(demo, *args):
    return run(*args, "--url", demo.url, "--token",
               (demo.data / "admin.token").read_text().strip())[1]


def test_a_short_pause_that_a_provider_asks_for_is_kept_and_then_it_answers(demo, upstream):
    process = upstream("""
version: 1
rng: 1
default: {text: "here you are", head_ms: 1, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
rules:
  - when: {nth: 1}
    fault: {kind: status, status: 429, retry_after: 1}
""")
    connect_upstream(demo, process.url, "busy")
    began = time.monotonic()
    status, head, body = demo.ask(WIFI, fallback_key(demo), model="busy/m1")
    assert status == 200
    assert head["x-servery-served"] == "variant"
    assert head["x-servery-attempts"] == "2"
    assert body["choices"][0]["message"]["content"] == "here you are"
    assert time.monotonic() - began >= 1.0


def past_of(demo, exchange):
    """`servery explain --exchange`, as soon as the row is written."""
    def look():
        told = demo.cli("explain", "--exchange", exchange, check=None)
        return told if told and "then" in told else None

    return until(look, "the row is written")


def test_explain_names_the_line_that_decides_before_and_after(pilot, inside, outside):
    for visitor, served in ((inside, "variant"), (outside, "fallback")):
        told = pilot.cli("explain", "--visitor", visitor)
        assert (told["served"] == "fallback") == (served == "fallback"), told["words"]
        assert told["reason"] == "bucket"
        deciding = [c for c in told["checks"] if c["verdict"] == "decides"]
        assert [c["check"] for c in deciding] == ["bucket"]
        head, _, _ = visit(pilot, visitor)
        past = past_of(pilot, head["x-servery-request-id"])
        assert past["then"]["served"] in (head["x-servery-served"], "draft")
        assert past["then"]["reason"] == head["x-servery-reason"]
        assert past["bucket"] == told["bucket"], "the row names the same visitor"
    text = cli_text(pilot, "explain", "--visitor", outside)
    assert "outside stage p10" in text and "decides" in text
    pilot.cli("explain", "--exchange", "exc_unknown", check=4)


def test_money_of_a_call_that_a_hard_stop_interrupts_comes_back_as_estimated(fresh_demo, upstream):
    """Never silently zero: the process is killed while the provider works."""
    demo = fresh_demo
    open_pilot(demo)  # the plan gives the pilot 100 EUR
    slow = upstream("""
version: 1
rng: 1
default: {text: "one two three four five six seven eight nine ten eleven twelve", head_ms: 1, first_ms: 1, gap_ms: {mean: 400, jitter: 0}}
""")
    connect_upstream(demo, slow.url, "slow", price="1000")  # a tenth of a cent a token
    body = {"model": "slow/m1", "stream": True, "max_tokens": 5,
            "messages": [{"role": "user", "content": WIFI}]}
    client = openai.OpenAI(base_url=demo.url + "/v1", api_key=fallback_key(demo),
                           max_retries=0)
    stream = client.chat.completions.create(**body)
    identity = next(iter(stream)) and stream.response.headers["x-servery-request-id"]
    demo.restart("kill")
    assert past_of(demo, identity)["then"]["outcome"] == "crashed"
    phases = {p["phase"]: p for p in demo.cli("spend", "report")["phases"]}
    assert float(phases["pilot"]["counted"]) > 0
    assert float(phases["pilot"]["reserved"]) == 0
    counted = phases["pilot"]["counted"]
    demo.restart("kill")
    phases = {p["phase"]: p for p in demo.cli("spend", "report")["phases"]}
    assert phases["pilot"]["counted"] == counted, "counted once"
