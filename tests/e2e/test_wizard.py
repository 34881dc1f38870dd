"""The start wizard: twelve questions in the terminal and over the API, one engine."""
import json
import os
import pty
import select
import time

from conftest import BINARY, run

ANSWERS = {
    "use": "faq_support", "title": "Answer guests", "id": "seaside", "name": "Seaside",
    "who": {"audience": "customers", "languages": ["en", "de"]},
    "today": {"volume": [2500, 3000, 4000], "minutes": [3, 5, 8], "measured_days": 21},
    "people": [{"id": "anna", "role": "Lead", "hours": 6, "rate": 40, "deputy": "ben"},
               {"id": "ben", "role": "Service", "hours": 8, "rate": 28, "deputy": "anna"}],
    "data": {"legal_basis": "contract", "dpia": "screened"},
    "law": {"country": "DE", "sector": "hotel"},
    "money": {"pilot": 150, "confirm": True},
    "start": {"date": "2027-01-11"},
}


def call(demo, method, path, body=None):
    token = (demo.data / "admin.token").read_text().strip()
    return demo.request(method, "/api/v1" + path, body, key=token)


# REQ: N-2
def test_twelve_times_enter_gives_a_valid_plan(tmp_path):
    plan = tmp_path / "plan.yaml"
    _, out, _ = run("init", "--template", "faq-support", "--yes", "--plan-only", plan, check=0)
    assert "The pilot can be decided on" in out
    assert "next:" in out
    code, out, _ = run("plan", "lint", plan, "--gate", "G1")
    assert code == 1
    for rule in ("L2", "L12", "L16"):
        assert f": {rule} " in out or f" {rule} blocker" in out, rule


def test_the_answers_of_a_file_fill_the_plan(tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(ANSWERS))
    plan = tmp_path / "plan.yaml"
    run("init", "--answers", answers, "--plan-only", plan, check=0)
    shown = json.loads(run("plan", "show", plan, "--json", check=0)[1])
    assert shown["meta"]["id"] == "seaside"
    assert shown["use_case"]["languages"] == ["en", "de"]
    assert "KI-Assistent" in shown["texts"]["label"]["de"]
    assert shown["roi"]["inputs"]["N"] == [2500, 3000, 4000]
    assert shown["phases"][0]["start"] == "2027-01-11"
    assert shown["roi"]["stop_rule"]["signed_by"] == "anna"


def test_wrong_answers_are_named_together(tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"use": "chess", "today": {"volume": [3, 2, 1]}}))
    code, _, err = run("init", "--answers", answers, "--plan-only", tmp_path / "p.yaml")
    assert code == 2
    assert "plan.wizard.invalid" in err
    assert "use" in err and "today.volume" in err
    assert not (tmp_path / "p.yaml").exists()


class Terminal:
    """A person at a terminal: the command on a pseudo-terminal, read until it asks."""

    def __init__(self, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["NO_COLOR"] = "1"
            os.execv(BINARY, [BINARY, *map(str, args)])
        self.text = ""

    def wait_for(self, words, seconds=60):
        end = time.monotonic() + seconds
        while words not in self.text:
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            assert ready, f"never said {words!r}:\n{self.text}"
            try:
                self.text += os.read(self.fd, 65536).decode()
            except OSError:
                break
        assert words in self.text, self.text

    def type(self, line):
        os.write(self.fd, (line + "\n").encode())

    def end(self):
        try:
            while True:
                data = os.read(self.fd, 65536)
                if not data:
                    break
                self.text += data.decode()
        except OSError:
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def test_a_person_answers_in_the_terminal_goes_back_and_leaves(tmp_path):
    kept = tmp_path / "answers.json"
    plan = tmp_path / "plan.yaml"
    person = Terminal("init", "--plan-only", plan, "--resume", kept)
    person.wait_for("1/12")
    person.type("4")
    person.type("")
    person.type("inside")
    person.wait_for("2/12")
    person.type("q")
    assert person.end() == 2
    assert "--resume" in person.text
    assert json.loads(kept.read_text())["use"] == "internal_knowledge"

    again = Terminal("init", "--plan-only", plan, "--resume", kept)
    again.wait_for("2/12")
    assert "1/12" not in again.text
    for _ in range(40):
        again.type("")
    assert again.end() == 0, again.text
    shown = json.loads(run("plan", "show", plan, "--json", check=0)[1])
    assert shown["meta"]["id"] == "inside"
    assert shown["use_case"]["type"] == "internal_knowledge"


def test_the_console_asks_the_same_questions(demo):
    status, _, page = call(demo, "GET", "/wizard/questions?language=de")
    assert status == 200
    assert len(page["items"]) == 12
    first = page["items"][0]
    assert first["question"] == "Was soll die KI für Sie tun?"
    assert first["why"]
    assert first["fields"][0]["choices"][0] == {
        "value": "faq_support", "label": "Häufige Fragen von Kunden beantworten"}
    assert sum(q["seconds_target"] for q in page["items"]) <= 900


def test_one_answer_is_looked_at_and_the_next_question_comes_with_its_defaults(demo):
    status, _, said = call(demo, "POST", "/wizard/check",
                           {"question": "use", "answers": {"use": "marketing_drafts"}})
    assert status == 200 and said["valid"] is True
    assert said["next"]["id"] == "who"
    assert said["answered"] == 1 and said["of"] == 12
    _, _, said = call(demo, "POST", "/wizard/check",
                      {"question": "today", "language": "de",
                       "answers": {"today": {"volume": [9, 1, 2]}}})
    assert said["valid"] is False
    assert said["errors"][0]["path"] == "today.volume"
    assert "niedrig nach hoch" in said["errors"][0]["remedy"]
    status, _, body = call(demo, "POST", "/wizard/check", {"question": "weather"})
    assert status == 422 and body["error"]["id"] == "plan.wizard.question"


def test_the_preview_ends_with_a_date_and_becomes_a_project(demo):
    status, _, out = call(demo, "POST", "/wizard", {"answers": ANSWERS})
    assert status == 200, out
    assert "can be decided on 2027-" in out["headline"]
    gate = [g for g in out["reachability"]["gates"] if g["gate"] == "G2"][0]
    assert gate["decidable"] and gate["date80"][:10] in out["headline"]
    assert out["forecast"]["incomplete"] == []
    assert [p["phase"] for p in out["forecast"]["phases"]][1] == "pilot"
    assert out["next"]["words"]
    status, _, made = call(demo, "POST", "/projects",
                           {"id": "seaside", "title": "Answer guests", "plan": out["plan"]})
    assert status == 201, made
    assert made["has_plan"] is True
    status, _, roi = call(demo, "GET", "/projects/seaside/roi")
    assert status == 200
    assert roi["mc"]["p_positive"] == out["forecast"]["npv"]["p_positive"]


def test_faults_of_the_whole_come_together(demo):
    status, _, body = call(demo, "POST", "/wizard",
                           {"answers": {"use": "chess", "start": {"date": "soon"}}})
    assert status == 422
    assert body["error"]["id"] == "plan.wizard.invalid"
    where = {e["where"] for e in body["errors"]}
    assert {"use", "start.date"} <= where


# REQ: C-TIP
def test_two_people_in_one_trade_get_the_cheap_preset(tmp_path):
    plan = tmp_path / "plan.yaml"
    run("init", "--yes", "--preset", "shoestring", "--plan-only", plan, check=0)
    shown = json.loads(run("plan", "show", plan, "--json", check=0)[1])
    assert shown["budget"]["per_phase"]["production"] == 0
