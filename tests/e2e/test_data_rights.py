"""What visitors may ask for: to see what is stored, and to have it erased for good. And backups.

REQ: RA-PRIV
"""
import json
import pathlib
import shutil

import pytest

from conftest import Demo, Process, open_pilot, run, until
from test_conversations import Desk, Visitor

HERS = ["plantedzebra", "plantedgiraffe", "plantednote", "plantedreason", "plantedreply"]
HIS = "keptbuffalo"


def files_with(folder, word):
    """Files below the folder whose bytes hold the word, write-ahead logs and all."""
    return [str(f) for f in pathlib.Path(folder).rglob("*")
            if f.is_file() and word.encode() in f.read_bytes()]


@pytest.fixture
def talked(fresh_demo):
    """Two visitors of a pilot, a colleague who answered one of them, and texts to look for."""
    demo: Demo = fresh_demo
    open_pilot(demo, "full")
    her, him = Visitor(demo), Visitor(demo)
    for visitor in (her, him):
        notice = visitor.get("/notice?lang=en")
        visitor.post("/consent", {"purpose": "chat", "state": "given",
                                  "version": notice.get("consent", {}).get("version", ""),
                                  "lang": "en"}, 200)
    her.say("Do you have a plantedzebra at the pool?")
    until(lambda: len(her.seen()) >= 2, "she is answered")
    her.say("And a plantedgiraffe in the garden?")
    him.say(f"Is there a {HIS} on the menu?")
    until(lambda: len(him.seen()) >= 2, "he is answered")
    until(lambda: len(her.seen()) >= 4, "she is answered again")
    desk = Desk(demo, her.conversation)
    desk.do("claim", epoch=desk.epoch())
    desk.do("reply", 201, text="No plantedreply today.", client_id="r1",
            if_seq=desk.show()["messages"][-1]["msg_seq"])
    desk.do("note", 201, text="A plantednote for colleagues.", client_id="n1")
    her.conversation_path = desk.path
    return demo, her, him


def erase(demo, visitor):
    return demo.cli("privacy", "erase", visitor, "--yes")


def test_an_erased_visitor_is_found_nowhere_and_the_others_stay(talked):  # P5-L erasure
    demo, her, him = talked
    until(lambda: all(files_with(demo.data, w) for w in ("plantedzebra", "plantednote", HIS)),
          "the texts are on the disk")
    found = demo.cli("privacy", "find", "plantedzebra")["items"]
    assert len(found) == 1 and found[0]["conversations"] == 1, found
    visitor = found[0]["visitor"]
    pack = demo.cli("privacy", "export", visitor)
    text = json.dumps(pack)
    assert "plantedzebra" in text and "plantedreply" in text and HIS not in text
    assert "plantednote" not in text, "a note of colleagues is not the visitor's"

    done = erase(demo, visitor)
    assert done["state"] == "done" and done["certificate"]["conversations"] == 1
    rows = done["certificate"]["rows"]
    assert rows["message.added"] >= 6 and rows["exchange"] >= 2 and rows["consent.changed"] >= 2
    # The server runs on: pages, free pages and write-ahead logs are looked at as they are now.
    for word in HERS + [visitor]:
        assert not files_with(demo.data, word), f"{word} is still in {files_with(demo.data, word)}"
    assert files_with(demo.data, HIS)
    assert demo.cli("audit", "verify")["ok"]
    assert demo.cli("privacy", "find", "plantedzebra", check=1)["items"] == []
    shown = demo.api("GET", her.conversation_path, expect=200)
    assert all(not any(w in json.dumps(shown) for w in HERS) for _ in [0]), shown
    assert her.seen() == [], "nothing leads from her browser to what was hers"
    assert any(HIS in m["text"] for m in him.seen())

    demo.restart()
    assert demo.cli("audit", "verify")["ok"]
    for word in HERS:
        assert not files_with(demo.data, word)
        assert word not in json.dumps(demo.api("GET", her.conversation_path, expect=200))
    request = demo.cli("privacy", "requests", done["id"])
    assert request["certificate"] == done["certificate"]
    assert json.dumps(request).find(visitor) < 0
    assert any(HIS in m["text"] for m in demo.api(
        "GET", f"/desk/conversations/{him.conversation}", expect=200)["messages"])


def test_a_visitor_of_the_api_is_exported_and_erased_by_the_sites_own_id(fresh_demo):
    demo: Demo = fresh_demo
    key = demo.info["sandbox_key"]
    for visitor, word in (("Guest-17@example.org", "plantedokapi"), ("guest-18", HIS)):
        status, _, _ = demo.request(
            "POST", "/v1/chat/completions",
            {"model": "faq", "messages": [{"role": "user", "content": f"Any {word} here?"}]},
            {"x-servery-visitor": visitor}, key)
        assert status == 200
    until(lambda: files_with(demo.data, "plantedokapi"), "the row is written")
    pack = demo.cli("privacy", "export", "guest-17@example.org")
    assert [x["question"] for x in pack["exchanges"]] == ["Any plantedokapi here?"]
    done = erase(demo, "guest-17@example.org")
    assert done["certificate"]["rows"]["exchange"] == 1
    assert not files_with(demo.data, "plantedokapi")
    assert files_with(demo.data, HIS)
    assert demo.cli("privacy", "export", "guest-17@example.org")["exchanges"] == []


def test_erasing_needs_the_right_the_word_and_the_right_project(talked):
    demo, her, him = talked
    visitor = demo.cli("privacy", "find", "plantedzebra")["items"][0]["visitor"]
    code, _, err = run("privacy", "erase", visitor, "--url", demo.url, "--data", demo.data)
    assert code == 2 and "--yes" in err
    demo.api("POST", "/privacy/erase", {"visitor": visitor, "confirm": "yes"}, expect=422)
    demo.api("POST", "/api/v1/people", {"id": "vic", "name": "Vic"}, expect=201)
    demo.api("PUT", "/roles/vic", {"roles": ["editor"]}, expect=200)
    refused = demo.api("POST", "/privacy/erase", {"visitor": visitor, "confirm": "erase"},
                       as_person="vic", expect=403)
    assert refused["error"]["id"] == "access.role"
    demo.api("POST", "/privacy/export", {"visitor": visitor}, as_person="vic", expect=403)
    demo.api("POST", "/privacy/find", {"words": "zebra"}, as_person="vic", expect=403)
    demo.cli("project", "create", "other", "--title", "Other")
    path = "/api/v1/projects/other/privacy"
    assert demo.api("POST", path + "/find", {"words": "plantedzebra"}, expect=200)["items"] == []
    elsewhere = demo.api("POST", path + "/export", {"visitor": visitor}, expect=200)
    assert elsewhere["conversations"] == [] and elsewhere["exchanges"] == []
    assert any("plantedzebra" in m["text"] for m in her.seen())


def test_an_erasure_that_a_crash_interrupts_is_done_after_the_restart(talked):
    demo, her, him = talked
    visitor = demo.cli("privacy", "find", "plantedzebra")["items"][0]["visitor"]
    begun = demo.api("POST", "/privacy/erase", {"visitor": visitor, "confirm": "erase"},
                     expect=202)
    demo.restart("kill")
    path = f"/privacy/requests/{begun['request']}"
    until(lambda: demo.api("GET", path, expect=200)["state"] == "done", "it is done", 30)
    for word in HERS:
        assert not files_with(demo.data, word)
    assert demo.cli("audit", "verify")["ok"]


def test_retention_says_how_long_texts_are_kept_and_lets_nothing_young_go(talked):
    demo, her, him = talked
    rules = demo.cli("privacy", "retention")["rules"]
    assert [r["phase"] for r in rules] == ["sandbox", "pilot", "rollout", "production"]
    demo.cli("privacy", "retention", "--run")
    until(lambda: demo.cli("privacy", "retention")["last"], "it ran", 30)
    assert any("plantedzebra" in m["text"] for m in her.seen())


# ---- backup and restore ---------------------------------------------------------------------------

def test_a_backup_is_whole_restores_and_comes_back_serving_nobody(fresh_demo, tmp_path):
    demo: Demo = fresh_demo
    open_pilot(demo, "full")
    def percent():
        return float(demo.api("GET", "/api/v1/projects", expect=200)["items"][0]["percent"])

    assert percent() > 0
    kept, new = tmp_path / "kept", tmp_path / "new"
    made = demo.cli("backup", "--to", kept)
    assert made["n_audit"] > 0 and made["chain_hash"]
    assert json.loads(run("backup", "--verify", kept, "--json", check=0)[1])["chain_seq"] == \
        made["chain_seq"]
    code, _, err = run("backup", "--to", kept, "--url", demo.url, "--data", demo.data)
    assert code == 1 and "backup.target.not_empty" in err
    assert not (kept / "data.key").exists() and not list(kept.rglob("*.token"))
    demo.process.stop()

    code, out, _ = run("restore", "--from", kept, "--into", new)
    assert code == 0 and "master key" in out and "new.key" in out
    shutil.copy(str(demo.data) + ".key", str(new) + ".key")
    demo.data = new
    demo.start("serve")
    assert demo.cli("audit", "verify")["ok"]
    rows = demo.cli("audit", "list", "--kind", "store.restored")["items"]
    assert len(rows) == 1
    assert percent() == 0
    demo.cli("rollout", "unkill", "--reason", "Restored and checked.")
    assert percent() > 0


@pytest.mark.parametrize("what", ["flip", "missing", "not a backup"])
def test_a_damaged_backup_is_refused_by_name_and_nothing_is_written(demo, tmp_path, what):
    kept, new = tmp_path / "kept", tmp_path / "new"
    demo.cli("backup", "--to", kept)
    if what == "flip":
        data = bytearray((kept / "servery.db").read_bytes())
        data[len(data) // 2] ^= 1
        (kept / "servery.db").write_bytes(data)
    elif what == "missing":
        (kept / "servery.db").unlink()
    else:
        kept = tmp_path
    ids = {"flip": "backup.file.changed", "missing": "backup.file.missing",
           "not a backup": "backup.manifest.unreadable"}
    code, _, err = run("restore", "--from", kept, "--into", new)
    assert code in (2, 4) and ids[what] in err
    assert not new.exists() or not list(new.iterdir())
    assert run("backup", "--verify", kept)[0] in (1, 4)
