# Each target does its own set-up; the files under .make/ remember what is done.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# what looks after the dependencies must not be among them
TOOLS := .make/tools-venv
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NPM := npm --prefix frontend
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	frontend/index.html frontend/docs.html frontend/vite.config.ts

.PHONY: help run page test test-page test-python check audit lock format types train compare bench picture clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Serve page and API with the shipped models on http://localhost:8000 (PORT=8123 elsewhere).
	@$(MAKE) --no-print-directory -j2 .make/serve $(PAGE)
	@echo "Digit Ladder: http://localhost:$(PORT)"
	@LADDER_PORT=$(PORT) exec $(BIN)/python -m ml_engine_and_backend

page: $(PAGE) ## Build the page into frontend/dist.

test: .make/all .make/page-all $(PAGE) ## Run all tests, on several cores: Python, browser, page.
	@$(MAKE) --no-print-directory -j2 test-page test-python

test-page:
	$(NPM) run --silent test

# a file stays on one core with what its tests share; more than four would want much memory
test-python:
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: .make/all .make/page-all ## Formatters, linters, type checkers, generated files.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m ml_engine_and_backend.api.openapi | diff -u frontend/openapi.json - \
		|| { echo "frontend/openapi.json is out of date: make types" >&2; exit 1; }
	$(BIN)/python -m experiments compare --check
	$(NPM) run --silent types:check
	$(NPM) run --silent typecheck
	$(NPM) run --silent lint
	$(NPM) run --silent format:check

audit: .make/tools ## Ask the advisory databases about what serving and the page depend on.
	@$(TOOLS)/bin/python scripts/audit.py --pip-audit $(TOOLS)/bin/pip-audit

lock: .make/tools ## Write requirements-serve.lock, with hashes, from requirements-serve.txt.
	@$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-config --default-index https://pypi.org/simple \
		--custom-compile-command 'make lock' --output-file requirements-serve.lock \
		requirements-serve.txt

format: .make/all .make/page-all ## Rewrite the sources as the formatters want them.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) run --silent format

types: .make/all .make/page-all ## Generate the page's API types from the backend.
	$(BIN)/python -m ml_engine_and_backend.api.openapi > frontend/openapi.json
	$(NPM) run --silent types

train: .make/all ## Train the whole ladder; each training makes the next version.
	$(BIN)/python -m experiments train

compare: .make/all ## Generate the results: README tables, models/results.csv, models/report.html.
	$(BIN)/python -m experiments compare

bench: .make/all ## Measure speed, cost and load against a baseline: docs/benchmarks.md (best with wrk).
	$(BIN)/python -m benchmarks

picture: .make/all $(PAGE) ## Take the README's picture from the running page (needs Chromium).
	@LADDER_PORT=8799 $(BIN)/python -m ml_engine_and_backend & server=$$!; \
	trap "kill $$server" EXIT; sleep 3; \
	$(BIN)/python scripts/screenshot.py --url http://127.0.0.1:8799 --out docs/ladder.png

clean: ## Remove everything that the targets above made.
	rm -rf .make $(VENV) frontend/node_modules frontend/dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; \
		v >= (3, 11) or sys.exit("expected Python 3.11 or newer, got %d.%d: make PYTHON=python3.12" % v)'
	@$(PYTHON) -m venv $(VENV)

.make/serve: requirements-serve.lock | $(BIN)/python
	@echo "Installing the serving requirements …"
	@$(PIP) --require-hashes -r $<
	@mkdir -p .make && touch $@

.make/all: requirements.txt requirements-serve.txt | $(BIN)/python
	@echo "Installing the requirements for training and tests …"
	@$(PIP) -r $<
	@mkdir -p .make && touch $@ .make/serve

.make/tools: requirements-tools.txt
	@echo "Installing what looks after the dependencies …"
	@mkdir -p .make && $(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# what builds the page, then what also tests and checks it
.make/page: frontend/package-lock.json
	@echo "Installing what builds the page …"
	@$(NPM) ci --omit=dev --no-audit --no-fund --loglevel=error
	@mkdir -p .make && touch $@

.make/page-all: frontend/package-lock.json
	@echo "Installing what builds and tests the page …"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@mkdir -p .make && touch $@ .make/page

$(PAGE): $(PAGE_SOURCES) | .make/page
	@$(NPM) run --silent build
	@touch $@
