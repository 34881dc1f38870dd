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
  - when: {contains: "overloaded"}
    fault: {kind: status, status: 503, retry_after: 2}
  - when: {contains: "flood"}
    reply: {text: "LONG", chunk_chars: 3, head_ms: 1, first_ms: 0, gap_ms: {mean: 0, jitter: 0}}
""".replace("LONG", "so on " * 100_000)
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


def request_bytes(demo, words, stream):
    """(head, body) of a chat request."""
    body = json.dumps({"model": "cut/m1", "stream": stream,
                       "messages": [{"role": "user", "content": words}]}).encode()
    return (b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
            b"content-type: application/json\r\nauthorization: Bearer "
            + demo.info["sandbox_key"].encode()
            + f"\r\ncontent-length: {len(body)}\r\n\r\n".encode(), body)


def connect(demo, receive_buffer=None):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(10)
    client.connect(("127.0.0.1", demo.process.port))
    return client


def send(demo, words, stream):
    client = connect(demo)
    client.sendall(b"".join(request_bytes(demo, words, stream)))
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


def ask_of(process, word):
    return next((r for r in requests_of(process) if word in r["body"]), None)


def row_after(demo, word, sent_at, left_at):
    """The row of an exchange whose client left, written at most 50 ms after; `gone_in_state`."""
    (outcome, row), = until(lambda: rows(demo, word), "the row is written")
    assert outcome == "client_gone", row
    # t_done counts from the first byte of the request, which came after it was sent.
    late = row["t_done"] / 1000 - (left_at - sent_at) / 1e6
    assert late <= 50, f"{late:.1f} ms after the client left"
    return row["gone_in_state"]


def test_a_client_that_leaves_while_it_is_blocked_stops_the_upstream(demo, upstream):
    """Nobody reads: the answer fills every buffer, the gateway waits in its write."""
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    word = "flood it"
    client = connect(demo, receive_buffer=4096)
    client.sendall(b"".join(request_bytes(demo, word, True)))
    until(lambda: ask_of(process, word), "the upstream is asked")
    seen = [0, time.monotonic()]

    def stuck():
        now = ask_of(process, word)["bytes_sent"]
        if now != seen[0]:
            seen[:] = [now, time.monotonic()]
        return now > 0 and time.monotonic() - seen[1] > 0.5

    until(stuck, "the stream stops for want of a reader", 30)
    assert not ask_of(process, word)["complete"]
    closed = time.monotonic_ns()
    client.close()
    told = until(lambda: ask_of(process, word)["peer_closed_ns"], "the upstream is told")
    print(f"blocked on write: {(told - closed) / 1e6:.2f} ms after {seen[0]} bytes")
    assert (told - closed) / 1e6 <= 50
    (outcome, row), = until(lambda: rows(demo, word), "the row is written")
    assert (outcome, row["gone_in_state"]) == ("client_gone", "mid_stream")


def test_a_client_that_leaves_while_its_body_is_read_asks_nobody(demo, upstream):
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    before = len(rows(demo, "reading_body"))
    head, body = request_bytes(demo, "never finished", False)
    client = connect(demo)
    sent = time.monotonic_ns()
    client.sendall(head + body[:-10])
    left = time.monotonic_ns()
    client.close()
    until(lambda: len(rows(demo, "reading_body")) > before, "the row is written")
    outcome, row = max(rows(demo, "reading_body"), key=lambda r: r[1]["at"])
    assert outcome == "client_gone"
    assert row["gone_in_state"] == "reading_body"
    assert row["t_done"] / 1000 - (left - sent) / 1e6 <= 50
    assert row.get("attempts", 0) == 0  # a row leaves out what is 0
    assert requests_of(process) == []


def test_a_client_that_leaves_while_the_gateway_backs_off_ends_the_retry(demo, upstream):
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    word = "overloaded now"
    sent = time.monotonic_ns()
    client = send(demo, word, False)
    until(lambda: ask_of(process, word) and ask_of(process, word)["complete"], "it was refused once")
    left = time.monotonic_ns()
    client.close()
    assert row_after(demo, word, sent, left) == "backing_off"
    assert len([r for r in requests_of(process) if word in r["body"]]) == 1, "no retry came after"


@pytest.mark.parametrize("stream", [False, True])
def test_a_farewell_in_the_packet_of_the_requests_last_bytes_is_noticed(demo, upstream, stream):
    """The kernel sends the last bytes and the FIN as one segment; one read takes both."""
    process = upstream(SCRIPT)
    connect_upstream(demo, process.url)
    for i in range(TRIES):
        word = f"slow head farewell {stream} {i}"
        head, body = request_bytes(demo, word, stream)
        client = connect(demo)
        client.sendall(head + body[:20])
        # Corked, the rest waits for the FIN.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        sent = time.monotonic_ns()
        client.sendall(body[20:])
        client.close()
        (outcome, row), = until(lambda: rows(demo, word), "the row is written")
        assert outcome == "client_gone", row
        asked = ask_of(process, word)
        if asked:
            told = until(lambda: ask_of(process, word)["peer_closed_ns"], "the upstream is told")
            assert (told - sent) / 1e6 <= 50
