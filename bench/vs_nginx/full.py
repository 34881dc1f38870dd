#!/usr/bin/env python3
"""The whole product beside nginx: keys, admission under a ten percent grant, redaction, output
guard, label, money and a durable row for every request, against a proxy that does none of it.

    bench/vs_nginx/full.sh BUILD_DIR [--runs 7] [--ms 1000] [--connections 32] [--quick 1]

Both stand before the same upstream with all their threads on core 0; load and upstream run on core
1. A fresh demo is started in a temporary folder, an owner's signed override opens its pilot, and a
visitor inside the share asks. Prints the rates, writes BUILD_DIR/results_full.json, exits 1 when
the bar of thresholds.json does not hold, or when a request was not answered by the variant.
"""
import json
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

from compare import HERE, UPSTREAM, Bench, arguments, cpu_ns, quartile, ratio, rss_mb

SERVERY = 19082
PROMPT = ("I am looking for a room for two people in the second week of July, ideally facing the "
          "garden. Is breakfast included, can we bring a small dog, and how far is it to walk to "
          "the station? We would arrive by train in the late afternoon.")
PROXIES = {"nginx": 19080, "servery": SERVERY}


class Demo:
    """A fresh demo, pinned to the proxy's core, and its API as the local operator."""

    def __init__(self, bench):
        self.data = bench.tmp / "data"
        bench.spawn("servery", [bench.options.build / "servery", "demo", "--data", self.data,
                                "--listen", f"127.0.0.1:{SERVERY}", "--json"], 0,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        out = bench.processes[-1].stdout
        while not out.readline().startswith("ready "):
            if bench.processes[-1].poll() is not None:
                raise SystemExit("servery demo did not start")
        self.info = json.loads(out.readline())
        self.project = f"/api/v1/projects/{self.info['project']}"

    def call(self, method, path, body=None, kind="application/json"):
        data = body.encode() if isinstance(body, str) else body and json.dumps(body).encode()
        token = (self.data / "admin.token").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{SERVERY}{path}", data=data, method=method,
            headers={"authorization": f"Bearer {token}", "x-servery-as": self.info["owner"],
                     "content-type": kind})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def open_pilot(self):
        """A variant at the bench's upstream, granted to a tenth of the visitors."""
        document = {"providers": [{"id": "bench", "kind": "openai",
                                   "base_url": f"http://127.0.0.1:{UPSTREAM}/v1",
                                   "allow_private": True, "models": [{"id": "m1"}]}]}
        self.call("PUT", "/api/v1/providers", json.dumps(document), "application/yaml")
        self.call("POST", "/api/v1/prices", {"provider": "bench", "model": "m1", "in": "0.001",
                                             "out": "0.001", "currency": "EUR"})
        variant = self.call("POST", self.project + "/variants",
                            {"label": "bench", "targets": [{"provider": "bench", "model": "m1"}]})
        run = self.call("POST", self.project + "/runs", {
            "dataset": "proof-of-concept", "variants": [variant["hash"]]})["id"]
        self.call("POST", f"{self.project}/runs/{run}/start", {})
        while self.call("GET", f"{self.project}/runs/{run}")["state"] in ("priced", "running"):
            time.sleep(0.1)
        self.call("POST", self.project + "/rollouts", {"variant": variant["hash"]})
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
        self.call("POST", self.project + "/phase",
                  {"to": "p10", "reason": "A bench of everything.", "override": {"expires": end}})
        for n in range(500):
            found = self.call("GET", f"{self.project}/gateway/explain?visitor=bench-{n}")
            if found["served"] == "variant":
                return f"bench-{n}"
        raise SystemExit("nobody of 500 visitors is inside the share")


class FullBench(Bench):
    def begin(self):
        self.begin_nginx()
        self.demo = Demo(self)
        self.visitor = self.demo.open_pilot()

    def ask(self, port, ms):
        return self.load("closed", port, ms=ms, connections=self.options.connections,
                         key=self.demo.info["live_key"], prompt=PROMPT,
                         header=f"x-servery-visitor: {self.visitor}")

    def measure(self):
        got = {name: {"cpu": [], "rps": [], "p99": []} for name in PROXIES}
        asked = 0
        for port in PROXIES.values():
            asked += self.ask(port, 300)["requests"] if port == SERVERY else 0
        for run in range(self.options.runs):
            order = list(PROXIES.items())
            for name, port in order if run % 2 == 0 else reversed(order):
                before = cpu_ns(self.pids[name])
                result = self.ask(port, self.options.ms)
                if result["failed"]:
                    raise SystemExit(f"{name}: {result['failed']} requests failed")
                asked += result["requests"] if name == "servery" else 0
                # What is written behind the answers belongs to them.
                spent = cpu_ns(self.pids[name]) - before
                got[name]["cpu"].append(spent / 1000 / result["requests"])
                got[name]["rps"].append(result["rps"])
                got[name]["p99"].append(result["latency"]["p99_us"])
        self.check_rows(asked)
        return {name: {"rps": max(by["rps"]), "rps_q3": sorted(by["rps"])[-1 - len(by["rps"]) // 4],
                       "cpu_us": min(by["cpu"]), "cpu_us_q1": quartile(by["cpu"]),
                       "p99_us": min(by["p99"])} for name, by in got.items()}

    def check_rows(self, asked):
        """Every request became a durable row that names the variant."""
        end = time.monotonic() + 60
        while True:
            count = 0
            for file in self.demo.data.glob("exchange-*.db"):
                with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
                    count += db.execute("SELECT count(*) FROM exchange WHERE body LIKE "
                                        "'%\"served\":\"variant\"%' AND body LIKE "
                                        "'%\"provider_id\":\"bench\"%' AND body LIKE "
                                        "'%\"reason\":\"bucket\"%'").fetchone()[0]
            if count >= asked:
                return
            if time.monotonic() > end:
                raise SystemExit(f"{asked} requests, {count} rows of the variant")
            time.sleep(0.5)


def main():
    options = arguments()
    if options.quick:
        options.runs, options.ms = min(options.runs, 3), 500
    bench = FullBench(options)
    try:
        bench.begin()
        got = bench.measure()
        memory = rss_mb(bench.pids["servery"])
    finally:
        bench.end()
    for name, row in got.items():
        print(f"everything on, {name:8} requests a second {row['rps']:8.0f}  third quartile "
              f"{row['rps_q3']:8.0f}  CPU us {row['cpu_us']:6.2f}  p99 us {row['p99_us']:7.0f}")
    print(f"resident {memory:.0f} MB")
    bars = {"full_rps_ratio": max(ratio(got, "rps"), ratio(got, "rps_q3"))}
    thresholds = json.loads((HERE / "thresholds.json").read_text())
    good = bars["full_rps_ratio"] >= thresholds["full_rps_ratio"]
    print(f"{'ok  ' if good else 'MISS'} full_rps_ratio {bars['full_rps_ratio']:.3f}  "
          f"bar {thresholds['full_rps_ratio']}")
    (options.out or options.build / "results_full.json").write_text(
        json.dumps({"features": "everything on", "measured": got, "rss_mb": memory, "bars": bars},
                   indent=1))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
