"""What a visitor types that is personal is found nowhere it should not be."""
import json
import urllib.request

from conftest import Demo, connect_upstream, open_pilot

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
