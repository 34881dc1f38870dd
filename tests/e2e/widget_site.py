"""A customer's web page with the widget on it, and a proxy in between that can be made to misbehave."""
import http.client
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from conftest import Process, connect_upstream, open_pilot

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Guest house</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body><h1>The guest house</h1><p>Rooms by the sea. <a href="#rooms">Rooms</a></p>
<script async src="{server}/widget/v1/loader.js" data-widget="{widget}" {attributes}></script>
</body></html>"""


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *ignored):
        pass


def serve(handler, **facts):
    """A server on a free port of this machine, in the background."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), facts))
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made, f"http://127.0.0.1:{made.server_port}"


class Site:
    """The customer's own server. Its page allows scripts of the chat's address and nothing else."""

    def __init__(self):
        self.lang, self.dir, self.attributes = "en", "ltr", ""
        self.server = self.widget = ""
        site = self

        class Handler(Quiet):
            def do_GET(self):
                if self.path.startswith("/favicon"):
                    self.send_response(404)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                text = PAGE.format(lang=site.lang, dir=site.dir, server=site.server,
                                   widget=site.widget, attributes=site.attributes).encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy",
                                 f"default-src 'none'; script-src {site.server}; connect-src "
                                 f"{site.server}; require-trusted-types-for 'script'")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        self.http, self.url = serve(Handler)

    def close(self):
        self.http.shutdown()


class Between:
    """Forwards to the server. What it does wrong is set by its members."""

    def __init__(self, target):
        self.target = target
        self.down = False          # every connection is closed at once
        self.delay = 0.0           # seconds before a request is passed on
        self.buffer = False        # streams are kept back, as some proxies do
        self.cut_after = 0         # a stream ends after that many bytes; 0 = never
        self.change = None         # (path, document) -> document, for JSON answers
        self.edit = None           # text -> text, for each piece of a stream
        self.seen = []             # "METHOD path"
        self.cuts = 0
        between = self

        class Handler(Quiet):
            def go(self):
                between.pass_on(self)

            do_GET = do_POST = do_DELETE = do_OPTIONS = go

        self.http, self.url = serve(Handler)

    def close(self):
        self.http.shutdown()

    def count(self, part):
        return sum(part in line for line in self.seen)

    def pass_on(self, request):
        if self.down:
            request.close_connection = True
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        self.seen.append(f"{request.command} {request.path}")
        time.sleep(self.delay)
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        head = {k: v for k, v in request.headers.items()
                if k.lower() not in ("connection", "content-length", "accept-encoding")}
        there = http.client.HTTPConnection(self.target.removeprefix("http://"), timeout=60)
        try:
            there.request(request.command, request.path, body or None, head)
            answer = there.getresponse()
            if "event-stream" in answer.headers.get("content-type", ""):
                self.stream(request, answer)
            else:
                self.whole(request, answer)
        except OSError:
            request.close_connection = True
        finally:
            there.close()

    def head(self, request, answer, length=None):
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "date"):
                request.send_header(name, value)
        if length is None:
            request.send_header("connection", "close")
            request.close_connection = True
        else:
            request.send_header("content-length", str(length))
        request.end_headers()

    def whole(self, request, answer):
        body = answer.read()
        if self.change and "json" in answer.headers.get("content-type", "") and body:
            body = json.dumps(self.change(request.path, json.loads(body))).encode()
        self.head(request, answer, len(body))
        if answer.status not in (204, 304):
            request.wfile.write(body)

    def stream(self, request, answer):
        if self.buffer:
            answer.read()
            return
        self.head(request, answer)
        passed = 0
        while piece := answer.read1(65536):
            if self.edit:
                piece = self.edit(piece.decode()).encode()
            request.wfile.write(piece)
            request.wfile.flush()
            passed += len(piece)
            if self.cut_after and passed >= self.cut_after:
                self.cuts += 1
                return
            if self.down:
                return


def change_plan(demo, edit):
    """A new revision of the plan; `edit` changes the document in place."""
    head = demo.api("GET", "/plan", expect=200)
    plan = head["plan"]
    edit(plan)
    demo.api("PUT", "/plan", {"plan": plan}, expect=200,
             headers={"if-match": f'"{head["revision"]}"'})


def answered_by_a_provider(demo, folder, text, timing="head_ms: 20, first_ms: 1, gap_ms: {mean: 1, jitter: 0}"):
    """Opens the pilot to everybody; a scripted provider says `text` to each of them."""
    script = folder / "says.yaml"
    script.write_text(f'version: 1\nrng: 2\ndefault: {{text: "{text}", {timing}}}\n')
    demo.upstream = Process("upstream", "--script", script, "--listen", "127.0.0.1:0")
    connect_upstream(demo, demo.upstream.url)
    variant = demo.api("POST", "/variants", {"label": "scripted", "dialects": ["openai"],
                                             "targets": [{"provider": "cut", "model": "m1"}]},
                       expect=201)["hash"]
    open_pilot(demo, "full", variant)
