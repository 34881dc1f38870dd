"""Running it: the doctor, the service manager's notice."""
import json
import os
import socket
import subprocess
import urllib.request

from conftest import BINARY, run


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
