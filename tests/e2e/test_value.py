"""What a project is worth and when it can be decided, on the command line and over the API."""
import json

import pytest

from conftest import ROOT, run

VECTORS = ROOT / "tests" / "data" / "economics" / "economics_vectors.json"
TEMPLATE = ROOT / "src" / "control_plane" / "plan" / "data" / "templates" / "faq-support.plan.yaml"
FIRST = ROOT / "examples" / "first.plan.yaml"


def roi(*args, check=0):
    return json.loads(run("roi", *args, "--json", check=check)[1])


def test_every_reference_number_is_found_again():
    code, out, _ = run("roi", "--verify", VECTORS)
    assert code == 0
    assert "DIFFERS" not in out
    assert out.count("ok ") > 400


def test_a_changed_reference_number_is_named_and_exits_1(tmp_path):
    vectors = json.loads(VECTORS.read_text())
    vectors["month_full"]["net_capacity"] += 1
    changed = tmp_path / "vectors.json"
    changed.write_text(json.dumps(vectors))
    code, out, _ = run("roi", "--verify", changed)
    assert code == 1
    (line,) = [line for line in out.splitlines() if line.startswith("DIFFERS")]
    assert "month_full.net_capacity" in line and "-141.7" in line


# REQ: EC-ROI
def test_less_upkeep_turns_a_loss_into_a_gain():
    """The worked example: 600 contacts, seven hours of upkeep, then two."""
    much = roi(VECTORS)
    assert float(much["month"]["capacity"]) == pytest.approx(-141.7, abs=.1)
    assert much["project"]["payback_months"] is None
    assert much["breakeven"]["N"] == pytest.approx(1028.7, abs=.1)
    little = roi(VECTORS, "--set", "hours_monitor=1", "--set", "hours_kb=1",
                 "--set", "setup_hours=12")
    assert float(little["month"]["capacity"]) == pytest.approx(58.3, abs=.1)
    assert little["project"]["payback_months"] is None
    assert little["breakeven"]["N"] == pytest.approx(423.6, abs=.1)
    assert much["mc"]["p50"] == f"{json.loads(VECTORS.read_text())['mc12']['p50']:.6f}"


def test_both_views_and_the_horizon_can_be_chosen():
    capacity = roi(VECTORS, "--months", "24")
    cash = roi(VECTORS, "--months", "24", "--cash")
    assert len(capacity["fan"]) == 25
    assert (capacity["view"], cash["view"]) == ("capacity", "cash")
    # half of the freed time is money, so a gain in time is smaller in cash
    assert float(cash["month"]["cash"]) != float(cash["month"]["capacity"])


def test_a_case_without_upkeep_hours_is_incomplete_and_never_zero(tmp_path):
    plan = FIRST.read_text()
    start = plan.index("    hours_monitor:")
    plan = plan[:start] + plan[plan.index("\n", start) + 1:]
    file = tmp_path / "plan.yaml"
    file.write_text(plan)
    case = roi(file)
    assert case["incomplete"] == ["hours_monitor"]
    assert case["month"] is None and case["mc"] is None
    _, out, _ = run("roi", file, check=0)
    assert "not computed" in out and "hours_monitor" in out
    assert roi(file, "--set", "hours_monitor=2")["incomplete"] == []


def test_wrong_inputs_are_refused_with_their_name():
    code, _, err = run("roi", FIRST, "--set", "resolve=1.4")
    assert code == 2 and "economics.input.range" in err and "resolve" in err
    code, _, err = run("roi", FIRST, "--set", "resolv=0.4")
    assert code == 2 and "did you mean 'resolve'?" in err
    code, _, err = run("roi", FIRST, "--months", "500")
    assert code == 2 and "economics.horizon.invalid" in err


def test_a_pilot_that_is_too_small_is_named_with_what_would_help():
    reach = roi(TEMPLATE, "--reach", "--gate", "G2")
    (gate,) = reach["gates"]
    assert gate["decidable"] is False
    assert gate["date80"] > gate["until"]
    assert any("30 %" in p for p in gate["proposals"])
    assert any("fixed set" in p for p in gate["proposals"])
    _, out, _ = run("roi", TEMPLATE, "--reach", "--gate", "G2", check=0)
    assert "too late" in out


# REQ: C-BUD-2
def test_each_phase_shows_cash_and_hours_apart():
    money = roi(FIRST, "--money")
    assert [p["phase"] for p in money["phases"]] == ["sandbox", "pilot", "rollout", "production"]
    pilot = money["phases"][1]
    assert float(pilot["cash"]) == pytest.approx(50, abs=1)
    assert pilot["hours"] > 20
    assert float(pilot["opportunity"]) > 500
    assert pilot["within_budget"] is True


# REQ: K-5, EC-ROI
def test_the_running_server_says_the_same_as_the_file(demo, tmp_path):
    plan = demo.request("GET", "/api/v1/projects/guest-house/plan?format=yaml",
                        key=(demo.data / "admin.token").read_text().strip())[2]
    file = tmp_path / "plan.yaml"
    file.write_text(plan)
    served = demo.cli("roi", "guest-house")
    local = roi(file)
    assert served["incomplete"] == local["incomplete"] == []
    assert [row["month"] for row in served["fan"]] == list(range(13))
    assert all(float(row["p10"]) <= float(row["p50"]) <= float(row["p90"])
               for row in served["fan"])
    if all(row["basis"] == "guess" for row in served["inputs"]):
        assert served["mc"] == local["mc"]
    other = demo.cli("roi", "guest-house", "--set", "hours_kb=20")
    assert float(other["mc"]["p50"]) < float(served["mc"]["p50"])
    assert demo.cli("roi", "guest-house", "--reach")["gates"][0]["gate"] == "G1"
    assert demo.cli("roi", "guest-house", "--money")["currency"] == "EUR"


def test_simulations_store_nothing_and_refuse_bad_ranges(demo):
    token = (demo.data / "admin.token").read_text().strip()
    base = "/api/v1/projects/guest-house"
    before = demo.request("GET", base + "/plan", key=token)[2]["revision"]
    status, _, body = demo.request("POST", base + "/roi/simulate",
                                   {"inputs": {"N": [3000, 2000, 4000]}}, key=token)
    assert status == 422 and body["error"]["id"] == "economics.input.range"
    status, _, body = demo.request("POST", base + "/roi/simulate", {"n": 1000, "seed": 7},
                                   key=token)
    assert status == 200 and body["mc"]["n"] == 1000
    status, _, more = demo.request("POST", base + "/reachability/simulate",
                                   {"share": 30, "months": 3}, key=token)
    assert status == 200
    gate = [g for g in more["gates"] if g["gate"] == "G2"][0]
    assert gate["decidable"] is True
    assert demo.request("GET", base + "/plan", key=token)[2]["revision"] == before
