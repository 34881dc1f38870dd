"""Who is served in the pilot, and what everybody else gets."""
import socket
import time

import openai
import pytest

from conftest import (connect_upstream, open_pilot, override_to, prepare_pilot, sign_pilot,
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
