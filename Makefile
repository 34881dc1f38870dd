# Every task of the project. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)

.PHONY: help setup build run test test-browser bench package package-check format check fuzz clean

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## install the Debian packages (as root, or with sudo)
	@tools/setup.sh

build: setup ## the release binary: build/release/servery
	@[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
	@cmake --build build/release --target servery -j $(JOBS)

run: build ## a running Servery with the guest house's knowledge, on http://127.0.0.1:8080
	@build/release/servery demo --data build/demo --listen 127.0.0.1:8080

test: setup ## all but the browser: format, include rules, unit, property and end-to-end tests, fuzzing
	@tools/test.sh

test-browser: build ## console, widget and the whole journey in Chromium (15 to 20 minutes)
	@tests/e2e/run.sh browser

bench: build ## speed beside nginx and other measurements (bench/README.md)
	@cmake --build build/release -j $(JOBS)
	@bench/vs_nginx/run.sh

package: build ## a Debian package with its service, and a container file: build/package
	@tools/package.sh

package-check: ## install that package on a fresh Debian 12 in a folder (as root)
	@tools/package_check.sh

format: ## clang-format over the C++ sources
	@git ls-files '*.h' '*.cpp' | grep -v /data/ | xargs -r clang-format-19 -i

check: ## format and include rules only
	@tools/check_format.sh
	@python3 tools/check_includes.py

fuzz: setup ## thirty seconds of each fuzz target
	@tools/fuzz.sh 30

clean: ## remove what was built
	@rm -rf build
