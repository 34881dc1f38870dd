#!/usr/bin/env bash
# End-to-end tests: the release binary, the official SDKs for Python and Node, real sockets on
# 127.0.0.1, port 0. Extra arguments go to pytest: tests/e2e/run.sh -k kill
# `tests/e2e/run.sh browser …` runs instead the files that need Chromium: console, widget, journey;
# `tests/e2e/run.sh browser test_widget.py -k german` only those that are named.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
venv=$root/build/e2e-venv
if [ ! -x "$venv/bin/pytest" ] || ! cmp -s requirements.txt "$venv/requirements.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$venv/"
fi
if [ ! -d node/node_modules/openai ] || ! cmp -s node/package-lock.json node/node_modules/.lock; then
    (cd node && npm ci --ignore-scripts --silent && cp package-lock.json node_modules/.lock)
fi
export SERVERY_BINARY=${SERVERY_BINARY:-$root/build/release/servery}
in_browser=(test_console*.py test_widget*.py test_journey.py)
if [ "${1:-}" = browser ]; then
    for given in "${@:2}"; do
        case $given in *.py | *.py::*) in_browser=() ;; esac
    done
    exec "$venv/bin/pytest" -q -p no:cacheprovider "${@:2}" "${in_browser[@]}"
fi
exec "$venv/bin/pytest" -q -p no:cacheprovider "${in_browser[@]/#/--ignore=}" "$@" .
