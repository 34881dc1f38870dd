"""Running it: the doctor, the service manager's notice, a data folder of an older version."""
import json
import os
import socket
import subprocess
import tarfile
import urllib.request

from conftest import BINARY, ROOT, Demo, rows_of, run

OLD = ROOT / "tests/data/data_folder_schema_1"


def checks(folder, url=None):
    code, out, _ = run("doctor", "--data", folder, "--json", *(["--url", url] if url else []))
    answer = json.loads(out)
    return code, {c["check"]: c for c in answer["checks"]}


def test_the_doctor_finds_nothing_wrong_with_a_fresh_demo(demo):
    code, found = checks(demo.data, demo.url)
    assert code == 0, found
    assert {c["state"] for c in found.values()} <= {"ok", "note"}
    assert found["signed in"]["found"] == "demo"


def test_the_doctor_names_each_fault_of_a_badly_set_up_folder_with_its_fix(demo):
    token, stray = demo.data / "admin.token", demo.data / "master.key"
    stray.write_text("0" * 64 + "\n")
    token.chmod(0o644)
    demo.data.chmod(0o755)
    try:
        code, found = checks(demo.data, demo.url)
    finally:
        stray.unlink()
        token.chmod(0o600)
        demo.data.chmod(0o700)
    assert code == 1
    faults = {name: c["fix"] for name, c in found.items() if c["state"] == "fault"}
    assert set(faults) == {"data folder", "operator's token", "master key"}
    assert faults["data folder"] == f"chmod 700 {demo.data}"
    assert faults["operator's token"] == f"chmod 600 {token}"
    assert "--master-key-file" in faults["master key"]


def test_the_doctor_says_when_no_server_answers(tmp_path):
    code, found = checks(tmp_path, "http://127.0.0.1:1")
    assert code == 1
    assert found["server"]["state"] == "fault"
    assert "servery serve" in found["server"]["fix"]


def test_the_service_manager_is_told_when_it_serves_and_when_it_stops(tmp_path):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(60)
        server = subprocess.Popen(
            [BINARY, "serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0"],
            env={**os.environ, "NOTIFY_SOCKET": str(path)}, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        try:
            assert server.stdout.readline().startswith("ready http://127.0.0.1:")
            assert manager.recv(100) == b"READY=1"
            server.terminate()
            assert manager.recv(100) == b"STOPPING=1"
            assert server.wait(40) == 0
        finally:
            server.kill()


def test_reading_a_gate_again_tells_nobody_anything(demo):
    """Else an open console, which reads after each event, would read for ever."""
    demo.api("GET", "/gates/G1", expect=200)  # the first reading may find something new
    token = (demo.data / "admin.token").read_text().strip()
    request = urllib.request.Request(demo.url + "/api/v1/events?topics=gate", headers={
        "authorization": f"Bearer {token}", "x-servery-as": "demo"})
    with urllib.request.urlopen(request, timeout=20) as stream:
        assert stream.readline() == b": here\n"
        for _ in range(5):
            demo.api("GET", "/gates/G1", expect=200)
            demo.api("GET", "/gates", expect=200)
        activity = next(c["id"].split("/")[2] for c in demo.api("GET", "/gates/G1")["conditions"]
                        if "/activity/" in c["id"])
        demo.api("POST", f"/activities/{activity}", {"status": "doing"}, expect=200)
        told = next(line for line in stream if line.startswith(b"data: {") and len(line) > 10)
    assert json.loads(told[6:])["kind"].startswith("plan."), "the readings came before, and said nothing"


def test_a_request_that_is_repeated_after_a_hard_stop_does_its_work_once(fresh_demo):
    demo = fresh_demo

    def make(name, expect):
        return demo.api("POST", "/keys", {"name": name, "kind": "sandbox"}, expect=expect,
                        headers={"idempotency-key": "again-1"})

    def keys():
        return [k["name"] for k in demo.all_of("/keys")]

    first = make("once", 201)
    demo.restart("kill")
    assert make("once", 201) == first, "the same key, text and all"
    assert keys().count("once") == 1
    assert make("twice", 409)["error"]["id"] == "api.idempotency.reused"
    clear = [f for f in (demo.log, *demo.data.rglob("*"))
             if f.is_file() and first["key"].encode() in f.read_bytes()]
    assert not clear, "the text of the key lies nowhere in clear"


def test_a_data_folder_one_schema_older_is_upgraded_and_a_copy_kept(tmp_path):
    with tarfile.open(OLD / "data.tar.gz") as packed:
        packed.extractall(tmp_path)
    data = tmp_path / "data"
    was = json.loads((OLD / "holds.json").read_text())
    chain = "SELECT seq, hash FROM audit ORDER BY seq"
    before = rows_of(data, chain)
    assert rows_of(data, "PRAGMA user_version") == [(1,)] and len(before) == was["audit_rows"]
    _, found = checks(data, "http://127.0.0.1:1")
    assert found["database"]["state"] == "note"
    assert found["database"]["found"] == "schema 1, this program's is 2"
    assert "keeps a copy in backups/" in found["database"]["fix"]

    server = Demo.over(tmp_path)
    try:
        assert rows_of(data, "PRAGMA user_version") == [(2,)]
        assert rows_of(data, "SELECT count(*) FROM vault") == [(0,)]
        assert rows_of(data, chain)[:len(before)] == before
        copy, = (data / "backups").iterdir()
        assert rows_of(data, "PRAGMA user_version", copy) == [(1,)]
        assert rows_of(data, "PRAGMA integrity_check", copy) == [("ok",)]
        assert rows_of(data, chain, copy) == before
        said = [line for line in server.log.read_text().splitlines()
                if "store.schema.upgraded" in line]
        assert len(said) == 1 and said[0].endswith(f"from=1 to=2 copy={copy}"), said

        assert server.cli("audit", "verify")["ok"]
        assert server.api("GET", "/plan", expect=200)["revision"] == was["plan_revision"]
        kept = server.api("GET", f"/desk/conversations/{was['conversation']}", expect=200)
        assert [m["author"] for m in kept["messages"]][:2] == ["visitor", "system"]
        assert server.api("GET", "/desk/review", expect=200)["labelled"] == was["labels"]
        assert len(server.all_of("/variants")) == was["variants"]
        status, _, answer = server.ask("What is on the breakfast menu?")
        assert status == 200 and "continental" in answer["choices"][0]["message"]["content"]
        code, found = checks(data, server.url)
        assert code == 0 and found["database"]["state"] == "ok", found
        assert found["copy of before an upgrade"]["found"] == str(copy)

        assert server.process.stop() == 0
        server.start()
        assert [copy] == list((data / "backups").iterdir()), "the second start upgrades nothing"
        assert server.log.read_text().count("store.schema.upgraded") == 1
        assert server.cli("audit", "verify")["ok"]
    finally:
        server.process.stop()
