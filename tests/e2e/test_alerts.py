"""Answers that people find harmful: the alert, who looks after it, what a restart keeps."""
from conftest import open_pilot, run, until
from test_conversations import Visitor

VISITORS = 12


def raise_alerts(demo):
    """Visitors are answered, and a colleague finds every answer harmful; the open alerts by stream."""
    open_pilot(demo, "full")
    until(lambda: demo.api("GET", "/detectors")["streams"], "visitors are watched", 20)
    for _ in range(VISITORS):
        visitor = Visitor(demo)
        visitor.say("Is there wifi available?")
        until(lambda v=visitor: len(v.seen()) > 1, "an answer")
    for _ in range(VISITORS):
        item = until(lambda: demo.cli("label", "next"), "a message to judge")
        demo.cli("label", "add", item["message"], "wrong", "--harm")

    def both():
        found = {a["stream"]: a for a in demo.cli("alert", "list", "--open")["items"]}
        return found if len(found) == 2 else None

    return until(both, "the alerts", 20)


# REQ: P2-5
def test_harmful_answers_raise_one_alert_that_people_answer(fresh_demo):
    demo = fresh_demo
    assert demo.api("GET", "/detectors", expect=200)["streams"] == []  # the sandbox has no visitors
    found = raise_alerts(demo)
    watched = demo.api("GET", "/detectors", expect=200)["streams"]
    assert {"errors", "wrong", "harm"} <= {s["stream"] for s in watched}
    # One budget over all streams.
    assert sum(s["per_year"] / s["threshold"] for s in watched) <= 1 + 1e-9
    alert = found["harm"]
    assert alert["state"] == "raised" and alert["severity"] == "warning"  # production
    assert 3 <= alert["n"] <= VISITORS and alert["bad"] == alert["n"]
    assert alert["words"] and alert["what_to_do"]
    assert len(alert["examples"]) == 3
    assert all(example.startswith("cv_") for example in alert["examples"]), alert["examples"]
    assert demo.api("GET", f"/desk/conversations/{alert['examples'][0]}", expect=200)
    status, _, metrics = demo.request("GET", "/metrics")
    assert status == 200
    assert f'servery_alerts_open{{project="guest-house",severity="warning"}} {len(found)}' in metrics

    taken = demo.cli("alert", "ack", alert["id"])
    assert taken["state"] == "acknowledged" and taken["acknowledged_by"] == "demo"
    before = demo.api("GET", "/alerts", expect=200)
    demo.restart("kill")
    assert demo.api("GET", "/alerts", expect=200) == before
    done = demo.cli("alert", "resolve", alert["id"], "--resolution", "fixed", "--note", "withdrawn")
    assert done["state"] == "resolved" and done["note"] == "withdrawn"
    assert alert["id"] not in [a["id"] for a in demo.cli("alert", "list", "--open")["items"]]
    again = demo.api("POST", f"/alerts/{alert['id']}/ack", {}, expect=409)
    assert again["error"]["id"] == "monitor.alert.closed"
    kinds = [row["kind"] for row in demo.all_of("/api/v1/audit")
             if row["object_id"] == alert["id"]]
    assert kinds == ["alert.resolved", "alert.acknowledged", "alert.raised"]
    code, out, _ = run("alert", "list", "--url", demo.url, "--token",
                       (demo.data / "admin.token").read_text().strip())
    assert code == 0 and "resolved: fixed by demo" in out, out
