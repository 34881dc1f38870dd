#!/usr/bin/env python3
"""Fails on any include that the architecture does not allow (docs/ARCHITECTURE.md).

Each module names what it may include; everything else is an error. Tests may include what their
module may, and nothing more. Beast belongs to http/, Asio to net/ and http/.
"""
import pathlib
import re
import sys

FOUNDATION = {
    "base": set(),
    "json": {"base"},
    "net": {"base", "json"},
    "http": {"base", "json", "net"},
    "events": {"base", "json"},
    "store": {"base", "json", "events"},
    "stats": {"base"},
}
ALL_FOUNDATION = {f"foundation/{m}" for m in FOUNDATION}
CONTROL = ["plan", "economics", "gate", "rollout", "evaluation", "desk", "monitoring", "privacy",
           "registry"]

ALLOWED = {f"foundation/{m}": {f"foundation/{d}" for d in deps} for m, deps in FOUNDATION.items()}
# Parts of foundation that neither plane's modules may know: they know no HTTP.
NO_HTTP = ALL_FOUNDATION - {"foundation/net", "foundation/http"}
ALLOWED["data_plane/policy"] = {"foundation/base", "foundation/json", "foundation/events"}
ALLOWED["data_plane/guardrails"] = NO_HTTP
ALLOWED["data_plane/assistant"] = NO_HTTP
ALLOWED["data_plane/provider"] = ALL_FOUNDATION | {"data_plane/assistant", "data_plane/policy"}
ALLOWED["data_plane/gateway"] = ALL_FOUNDATION | {
    "data_plane/policy", "data_plane/guardrails", "data_plane/provider"}
for module in CONTROL:
    ALLOWED[f"control_plane/{module}"] = NO_HTTP | {"data_plane/policy"}
ALLOWED["control_plane/economics"] = NO_HTTP
ALLOWED["control_plane/gate"] |= {"control_plane/plan", "control_plane/economics"}
ALLOWED["control_plane/rollout"] |= {"control_plane/gate", "control_plane/plan",
                                     "control_plane/registry"}
ALLOWED["api"] = ALL_FOUNDATION | {f"control_plane/{m}" for m in CONTROL}
EVERYTHING = set(ALLOWED) | {"app", "cli", "api"}
ALLOWED["app"] = EVERYTHING - {"cli"}
ALLOWED["cli"] = EVERYTHING
ALLOWED["main"] = EVERYTHING

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def module_of(path):
    """The longest known module that a path under src/ lies in."""
    parts = path.split("/")
    for n in (2, 1):
        name = "/".join(parts[:n])
        if name in ALLOWED:
            return name
    return "main" if path == "main.cpp" else None


def main():
    root = pathlib.Path(__file__).resolve().parent.parent / "src"
    faults = []
    for file in sorted(root.rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        here = file.relative_to(root).as_posix()
        module = module_of(here)
        for kind, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if kind == "<":
                if target.startswith("boost/beast") and module != "foundation/http":
                    faults.append(f"{here}: Beast belongs to foundation/http ({target})")
                if target.startswith("boost/asio") and module not in ("foundation/net",
                                                                      "foundation/http"):
                    faults.append(f"{here}: Asio belongs to net/ and http/ ({target})")
                continue
            there = module_of(target)
            if there is None:
                faults.append(f"{here}: \"{target}\" is not a path below src/")
            elif there != module and there not in ALLOWED[module]:
                faults.append(f"{here}: {module} may not include {there} ({target})")
    for fault in faults:
        print(fault)
    if faults:
        return 1
    print("include rules: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
