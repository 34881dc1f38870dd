"""Measures the relay and nginx in turn; see run.sh."""
import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
UPSTREAM, NGINX, RELAY = 19100, 19080, 19081
PROXIES = {"nginx": NGINX, "servery": RELAY}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path, help="build folder with bench/bench_*")
    parser.add_argument("--runs", type=int, default=7, help="alternating runs a measurement")
    parser.add_argument("--ms", type=int, default=1000, help="length of a run")
    parser.add_argument("--quick", type=int, default=0, help="1: fewer and shorter runs")
    parser.add_argument("--only", default="", help="comma list: pass,sse,latency,first_token,streams,large")
    parser.add_argument("--connections", type=int, default=32, help="of full.py")
    parser.add_argument("--out", type=Path, default=None)
    return parser.parse_args()


def start(command, core, **kwargs):
    return subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], **kwargs)


def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def family(pid):
    out = [pid]
    for child in children(pid):
        out += family(child)
    return out


def cpu_ns(pid):
    """Time on a core of every thread of a process and its children."""
    total = 0
    for member in family(pid):
        for task in Path(f"/proc/{member}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total


def rss_mb(pid):
    total = 0
    for member in family(pid):
        for line in Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total / 1024


def quartile(values):
    return sorted(values)[max(0, (len(values) - 1) // 4)]


class Bench:
    def __init__(self, options):
        self.options = options
        self.bin = options.build / "bench"
        self.tmp = Path(tempfile.mkdtemp(prefix="vs_nginx."))
        self.processes = []
        self.pids = {}

    def begin(self):
        self.begin_nginx()
        self.spawn("servery", [self.bin / "bench_relay", "--listen", f"127.0.0.1:{RELAY}", "--to",
                               f"http://127.0.0.1:{UPSTREAM}"], 0, stdout=subprocess.DEVNULL)
        time.sleep(1.0)

    def begin_nginx(self):
        conf = (HERE / "nginx.conf").read_text()
        conf = conf.replace("PREFIX", str(self.tmp)).replace("LISTEN", f"127.0.0.1:{NGINX}")
        (self.tmp / "nginx.conf").write_text(conf.replace("UPSTREAM", f"127.0.0.1:{UPSTREAM}"))
        self.spawn("upstream", [self.bin / "bench_upstream", "--port", UPSTREAM], 1)
        self.spawn("nginx", ["nginx", "-p", self.tmp, "-c", self.tmp / "nginx.conf"], 0,
                   stderr=subprocess.DEVNULL)

    def spawn(self, name, command, core, **kwargs):
        process = start(command, core, **kwargs)
        self.processes.append(process)
        self.pids[name] = process.pid

    def end(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def load(self, mode, port, **flags):
        command = ["taskset", "-c", "1", str(self.bin / "bench_load"), mode, "--port", str(port)]
        for name, value in flags.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if not done.stdout:
            raise SystemExit(f"load failed: {done.stderr}")
        return json.loads(done.stdout)

    def cpu_a_unit(self, mode, unit, **flags):
        """CPU microseconds a request (or stream), alternating between the proxies."""
        rows = {name: [] for name in PROXIES}
        rates = {name: [] for name in PROXIES}
        for name, port in PROXIES.items():
            self.load(mode, port, ms=200, **flags)
        for run in range(self.options.runs):
            order = list(PROXIES.items())
            for name, port in order if run % 2 == 0 else reversed(order):
                before = cpu_ns(self.pids[name])
                result = self.load(mode, port, ms=self.options.ms, **flags)
                spent = cpu_ns(self.pids[name]) - before
                rows[name].append(spent / 1000 / result[unit])
                rates[name].append(result[unit] / result["seconds"])
        return {
            name: {"min": min(rows[name]), "q1": quartile(rows[name]), "runs": rows[name],
                   "rate": max(rates[name])}
            for name in PROXIES
        }

    def added(self, mode, pick, rounds, **flags):
        """What each proxy adds to going direct: the median over interleaved rounds of the
        quantiles' differences, microseconds."""
        seen = {name: {"p50": [], "p99": []} for name in PROXIES}
        for _ in range(rounds):
            direct = self.load(mode, UPSTREAM, **flags)[pick]
            for name, port in PROXIES.items():
                through = self.load(mode, port, **flags)[pick]
                for q in ("p50", "p99"):
                    seen[name][q].append(through[f"{q}_us"] - direct[f"{q}_us"])
        return {
            name: {q: sorted(values)[len(values) // 2] for q, values in by.items()}
            for name, by in seen.items()
        }


def ratio(by_name, key):
    return by_name["servery"][key] / by_name["nginx"][key]


def measure(bench, wanted, quick):
    out, bars = {}, {}

    if "pass" in wanted:
        idle = rss_mb(bench.pids["servery"])
        out["rss_idle_mb"] = bars["rss_idle_mb"] = idle
        got = out["pass"] = bench.cpu_a_unit("closed", "requests", connections=32)
        bars["pass_cpu_ratio"] = min(ratio(got, "min"), ratio(got, "q1"))
    if "sse" in wanted:
        got = out["sse"] = bench.cpu_a_unit("sse", "streams", connections=16)
        bars["sse_cpu_ratio"] = min(ratio(got, "min"), ratio(got, "q1"))
    if "latency" in wanted:
        got = out["latency"] = bench.added("closed", "latency", 5, connections=1, ms=60000,
                                           requests=1000 if quick else 4000)
        bars["added_p50_ratio"] = ratio(got, "p50")
        bars["added_p99_ratio"] = ratio(got, "p99")
    if "first_token" in wanted:
        pace = "deltas=20 gap_us=2000 first_us=5000"
        for width in (1, 32):
            got = bench.added("sse", "first_token", 3 if quick else 5, connections=width,
                              ms=1500 if quick else 3000, x_bench=pace)
            out[f"first_token_{width}"] = got
            bars["added_first_token_p50_ratio"] = max(
                bars.get("added_first_token_p50_ratio", 0), ratio(got, "p50"))
            bars["added_first_token_p99_ratio"] = max(
                bars.get("added_first_token_p99_ratio", 0), ratio(got, "p99"))
        got = out["one_way"] = bench.added("sse", "one_way", 3 if quick else 5, connections=1,
                                           ms=1500 if quick else 3000, x_bench=pace)
        bars["added_one_way_p50_ratio"] = ratio(got, "p50")
    if "streams" in wanted:
        got = out["streams"] = {}
        for name, port in PROXIES.items():
            got[name] = bench.load("sse", port, connections=512, requests=512, ms=60000,
                                   x_bench="deltas=64 gap_us=20000")
        watched = subprocess.Popen(
            ["taskset", "-c", "1", str(bench.bin / "bench_load"), "sse", "--port", str(RELAY),
             "--connections", "512", "--requests", "512", "--x-bench", "deltas=64 gap_us=20000"],
            stdout=subprocess.DEVNULL)
        time.sleep(0.8)
        out["rss_streams_mb"] = bars["rss_streams_mb"] = rss_mb(bench.pids["servery"])
        watched.wait(30)
        bars["stalls_at_512_streams"] = got["servery"]["stalls"] + got["servery"]["out_of_order"]
    if "large" in wanted:
        got = out["large"] = {}
        for name, port in PROXIES.items():
            best = max((bench.load("closed", port, connections=8, ms=bench.options.ms,
                                   prompt_bytes=100_000) for _ in range(3)),
                       key=lambda result: result["rps"])
            got[name] = {"mb_s": best["rps"] * 0.1, "p99_us": best["latency"]["p99_us"]}
        bars["large_prompt_mb_s"] = got["servery"]["mb_s"]
    return out, bars


def holds(name, value, bar):
    return value >= bar if name == "large_prompt_mb_s" else value <= bar


def table(out, bars, thresholds):
    for key, label in (("pass", "pass-through, CPU us a request"), ("sse", "SSE, CPU us an answer")):
        if key in out:
            for name in PROXIES:
                row = out[key][name]
                print(f"{label:34} {name:8} min {row['min']:7.2f}  q1 {row['q1']:7.2f}"
                      f"  most a second {row['rate']:9.0f}")
    for key in ("latency", "first_token_1", "first_token_32", "one_way"):
        if key in out:
            for name in PROXIES:
                row = out[key][name]
                print(f"{'added ' + key + ', us':34} {name:8} p50 {row['p50']:7.1f}"
                      f"  p99 {row['p99']:7.1f}")
    if "streams" in out:
        for name in PROXIES:
            row = out["streams"][name]
            print(f"{'512 paced streams':34} {name:8} stalls {row['stalls']}"
                  f"  out of order {row['out_of_order']}  broken {row['broken']}")
    if "large" in out:
        for name in PROXIES:
            print(f"{'100 KB prompts, MB/s':34} {name:8} {out['large'][name]['mb_s']:7.0f}")
    print()
    failed = 0
    for name, value in bars.items():
        good = holds(name, value, thresholds[name])
        failed += not good
        print(f"{'ok  ' if good else 'MISS'} {name:32} {value:9.3f}  bar {thresholds[name]}")
    return failed


def main():
    options = arguments()
    if options.quick:
        options.runs, options.ms = min(options.runs, 3), 500
    wanted = options.only.split(",") if options.only else [
        "pass", "sse", "latency", "first_token", "streams", "large"]
    bench = Bench(options)
    try:
        bench.begin()
        out, bars = measure(bench, wanted, options.quick)
    finally:
        bench.end()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True,
                            text=True).stdout.strip()
    document = {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                "kernel": platform.release(), "commit": commit, "features": "pass-through",
                "measured": out, "bars": bars}
    (options.out or options.build / "results.json").write_text(json.dumps(document, indent=1))
    thresholds = json.loads((HERE / "thresholds.json").read_text())
    sys.exit(1 if table(out, bars, thresholds) else 0)


if __name__ == "__main__":
    main()
