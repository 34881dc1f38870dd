"""The dress rehearsal: the whole road on a moved clock, decided by what was measured.

REQ: I-1, P0-1, R3-0, R3-EX, P2-EX, K-3, S1-4, P2-2
"""
import json
import os
import subprocess
import sys

import pytest

from conftest import run


def rehearse(*args):
    code, out, err = run("rehearse", "--seed", "7", "--json", *args, timeout=900)
    assert code in (0, 1), err
    return code, json.loads(out), out


@pytest.fixture(scope="module")
def good():
    return rehearse("--true-accuracy", "0.92")


def stages(story):
    return [e["stage"] for e in story["timeline"] if e["event"] == "stage.opened"]


def test_a_good_assistant_reaches_production(good):
    code, story, _ = good
    assert code == 0
    assert story["final"]["phase"] == "production"
    assert story["final"]["percent"] == 100
    assert story["rolled_back"] == []


def test_every_rise_stands_behind_a_gate_that_passed(good):
    _, story, _ = good
    passed = set()
    for e in story["timeline"]:
        if e["event"] == "gate.passed":
            passed.add(e["gate"])
        if e["event"] == "stage.opened":
            assert e["gate"] in passed, e


def test_the_phases_come_in_order_and_none_is_skipped(good):
    _, story, _ = good
    phases = [e["phase"] for e in story["timeline"] if e["event"] == "phase.changed"]
    assert phases == ["sandbox", "pilot", "rollout", "production"]


def test_the_pilot_ended_on_measured_accuracy(good):
    _, story, _ = good
    gate = next(e for e in story["timeline"] if e["event"] == "gate.passed" and e["gate"] == "G2")
    accuracy = next(m for m in gate["evidence"] if m["metric"] == "accuracy")
    assert accuracy["verdict"] == "pass"
    assert accuracy["n"] >= 82
    assert accuracy["value"] > 0.8


def test_people_were_asked_and_answered(good):
    _, story, _ = good
    assert story["handovers"] > 0
    assert "#" in story["report"]


def test_the_same_seed_tells_the_same_story_byte_for_byte_however_busy_the_machine_is():
    length = ("--days", "12", "--visitors-per-day", "40")
    _, _, text = rehearse(*length)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(2 * os.cpu_count())]
    try:
        _, _, again = rehearse(*length)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert text == again


def test_a_poor_assistant_never_leaves_the_ten_percent():
    code, story, _ = rehearse("--true-accuracy", "0.65")
    assert code == 1
    assert story["max_percent"] <= 10
    assert story["final"]["phase"] == "pilot"


def test_harm_at_thirty_percent_falls_back_by_itself_and_says_why():
    code, story, _ = rehearse("--true-accuracy", "0.92", "--break-at", "30")
    assert code == 1
    assert story["max_percent"] == 30
    fallen = story["rolled_back"]
    assert len(fallen) == 1
    assert fallen[0]["from"] == "r30"
    assert "harm" in fallen[0]["reason"]
    assert story["final"]["percent"] == 0
