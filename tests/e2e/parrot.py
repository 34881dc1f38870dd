"""An upstream that repeats the last placeholder it was ever sent, whatever it is asked."""
import http.server
import json
import re
import threading

PLACEHOLDER = re.compile(r"\[EMAIL_[0-9A-Z]{4,6}\]")


class Parrot:
    def __init__(self):
        self.heard = []  # bodies of requests
        self.placeholder = None
        parrot = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                text = self.rfile.read(int(self.headers["content-length"])).decode()
                parrot.hear(text)
                if json.loads(text).get("stream"):
                    self.reply("text/event-stream", parrot.events())
                else:
                    self.reply("application/json", json.dumps(parrot.whole()))

            def reply(self, kind, text):
                data = text.encode()
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def hear(self, text):
        self.heard.append(text)
        found = PLACEHOLDER.findall(text)
        if found:
            self.placeholder = found[-1]

    def words(self):
        return f"I write to {self.placeholder} today."

    def whole(self):
        return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m1",
                "choices": [{"index": 0, "finish_reason": "stop", "message":
                             {"role": "assistant", "content": self.words()}}],
                "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}}

    def events(self):
        """The words in pieces of five letters, so that the placeholder is cut."""
        text = self.words()
        parts = [{"content": text[i:i + 5]} for i in range(0, len(text), 5)]
        out = ""
        for delta, end in [*((p, None) for p in parts), ({}, "stop")]:
            out += "data: " + json.dumps({
                "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m1",
                "choices": [{"index": 0, "delta": delta, "finish_reason": end}]}) + "\n\n"
        return out + "data: [DONE]\n\n"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
