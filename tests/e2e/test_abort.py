"""A client that goes away is noticed at once: the upstream is told, and the row says so."""
import json
import socket
import sqlite3
import time
import urllib.request

import pytest

from conftest import connect_upstream, until

SCRIPT = """
version: 1
rng: 5
default: {text: "one two three four five six seven eight nine ten", head_ms: 1, first_ms: 1, gap_ms: {mean: 1, jitter: 0}}
rules:
  - when: {contains: "slow head"}
    fault: {kind: slow_head, delay_ms: 30000}
  - when: {contains: "stall"}
    fault: {kind: stall, after_events: 4}
  - when: {contains: "drip"}
    fault: {kind: drip, after_events: 2, bytes_per_s: 400}
  - when: {contains: "hang"}
    fault: {kind: accept_and_hang}
"""
TRIES = 5


def requests_of(process):
    with urllib.request.urlopen(process.url + "/stats", timeout=5) as answer:
        return json.loads(answer.read())["requests"]


def rows(demo, word):
    """Outcomes of the exchanges whose question holds the word."""
    found = []
    for file in demo.data.glob("exchange-*.db"):
        try:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
                found += [(outcome, json.loads(body)) for outcome, body in
                          db.execute("SELECT outcome, body FROM exchange") if word in body]
        except sqlite3.OperationalError:
            pass  # the file is being made
    return found


def send(demo, words, stream):
    body = json.dumps({"model": "cut/m1", "stream": stream,
                       "messages": [{"role": "user", "content": words}]}).encode()
    client = socket.create_connection(("127.0.0.1", demo.process.port), timeout=10)
    client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
                   b"content-type: application/json\r\nauthorization: Bearer "
                   + demo.info["sandbox_key"].encode()
                   + f"\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
    return client


@pytest.mark.parametrize("words, stream, in_answer", [
    ("slow head", False, False), ("slow head", True, False), ("hang", True, False),
    ("stall", True, True), ("drip", True, True)])
def test_the_upstream_is_closed_within_50_ms_of_the_client_and_the_row_says_client_gone(
        demo, upstream, words, stream, in_answer):
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    worst = 0
    for i in range(TRIES):
        word = f"{words} {'stream' if stream else 'whole'} {i} times"
        client = send(demo, word, stream)

        def mine():
            return next((r for r in requests_of(process) if word in r["body"]), None)

        until(mine, "the upstream is asked")
        if in_answer:
            seen = b""
            while b"data: " not in seen:
                piece = client.recv(65536)
                assert piece, seen
                seen += piece
        closed = time.monotonic_ns()
        client.close()
        told = until(lambda: mine()["peer_closed_ns"], "the upstream is told")
        worst = max(worst, (told - closed) / 1e6)
        (outcome, row), = until(lambda: rows(demo, word), "the row is written")
        assert outcome == "client_gone", row
        assert row["gone_in_state"], row
    print(f"{words}, stream={stream}: worst abort {worst:.2f} ms")
    assert worst <= 50
