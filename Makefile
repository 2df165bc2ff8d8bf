# Each target does its own set-up. A set-up that is done leaves a stamp inside the folder that it
# filled, so that removing the folder removes the stamp too.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= $(or $(LADDER_PORT),8000)
VENV := .venv
BIN := $(VENV)/bin
SERVE := $(VENV)/.serve
ALL := $(VENV)/.all
RAY := $(VENV)/.ray
# pip-audit and uv have dependencies of their own, which must not mix with those they look after
TOOLS := .make/tools-venv
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# installs nothing: fails where anything of a requirements file is missing, whatever pip.conf says
PIP_CHECK := -m pip --isolated install --quiet --disable-pip-version-check --no-index --no-deps --dry-run
NPM := npm --prefix frontend
NPM_CI := $(NPM) ci --no-audit --no-fund --loglevel=error
MODULES := frontend/node_modules
PAGE_BUILD := $(MODULES)/.build
PAGE_ALL := $(MODULES)/.all
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	frontend/index.html frontend/docs.html frontend/404.html frontend/vite.config.ts frontend/scripts/precompress.mjs

# Set for other projects, these would install elsewhere, or less, or build another page. pip's index
# and npm's registry are left as they are.
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PYTHONHOME PYTHONPATH NODE_ENV
# pip.conf may say it too, and this goes before pip.conf
export PIP_USER := 0

.PHONY: help run page site lab ray test test-page test-python check audit lock format types train compare bench picture clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Serve page and API with the shipped models on http://localhost:8000 (PORT=8123 for another port).
	@$(MAKE) --no-print-directory -j2 $(SERVE) $(PAGE)
	@echo "Digit Ladder: http://localhost:$(PORT)"
	@LADDER_PORT=$(PORT) exec $(BIN)/python -m ml_engine_and_backend

page: $(PAGE) ## Build the page into frontend/dist.

site: $(SERVE) $(PAGE) ## Write the page with models and reports as static files into frontend/site.
	@$(BIN)/python -m ml_engine_and_backend site --out frontend/site

lab: $(ALL) ## Install what trains and measures as well: python -m experiments.

ray: $(RAY) ## Install Ray as well, for trainings on a cluster: --ray.

test: $(ALL) $(PAGE_ALL) $(PAGE) ## Run all tests, on several cores: Python, browser, page.
	@$(BIN)/python -m experiments.data || true # tests that need all of MNIST are left out then
	@$(MAKE) --no-print-directory -j2 test-page test-python

test-page:
	$(NPM) run --silent test

# the tests of a file share costly fixtures, so they stay in one process; one process more than there
# are cores, since many tests wait, and at most five, since each needs much memory
test-python:
	$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --maxprocesses 5 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: $(ALL) $(PAGE_ALL) ## Formatters, linters, type checkers, generated files.
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

audit: $(TOOLS)/.done ## Look up known vulnerabilities of what serves and of what builds the page.
	@status=0; \
	$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner=off \
		--requirement requirements-serve.lock || status=1; \
	$(NPM) audit --omit=dev --no-offline || status=1; \
	exit $$status

lock: $(TOOLS)/.done ## Write the serving set's locks, with hashes, from requirements-serve.txt.
	@$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-config --default-index https://pypi.org/simple \
		--custom-compile-command 'make lock' --output-file requirements-serve.lock \
		requirements-serve.txt
	@$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --format pylock.toml \
		--no-annotate --no-config --default-index https://pypi.org/simple \
		--custom-compile-command 'make lock' --output-file pylock.serve.toml \
		requirements-serve.txt

format: $(ALL) $(PAGE_ALL) ## Rewrite the sources as the formatters want them.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) run --silent format

types: $(ALL) $(PAGE_ALL) ## Generate the page's API types from the backend.
	$(BIN)/python -m ml_engine_and_backend.api.openapi > frontend/openapi.json
	$(NPM) run --silent types

train: $(ALL) ## Train the whole ladder; each training makes the next version.
	$(BIN)/python -m experiments train

compare: $(ALL) ## Generate the results: README tables, models/results.csv, the sheet of test digits.
	$(BIN)/python -m experiments compare

bench: $(ALL) ## Measure speed, cost and load against a baseline: docs/benchmarks.md (needs wrk).
	$(BIN)/python -m benchmarks

picture: export LADDER_PORT := 8799
picture: export LADDER_DATABASE_URL := sqlite:///$(CURDIR)/.make/picture.sqlite3
picture: $(ALL) $(PAGE) ## Take the README's picture from the running page (needs Chromium).
	@$(BIN)/python -m ml_engine_and_backend & server=$$!; \
	trap "kill $$server" EXIT; \
	until $(BIN)/python deploy/ready.py 2>/dev/null; do kill -0 $$server; sleep 0.2; done; \
	$(BIN)/python scripts/screenshot.py --url http://127.0.0.1:$$LADDER_PORT --out docs/ladder.png

clean: ## Remove everything that the targets above made.
	rm -rf .make $(VENV) $(MODULES) frontend/dist frontend/site

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; \
		v >= (3, 11) or sys.exit("expected Python 3.11 or newer, got %d.%d: make PYTHON=python3.12" % v)'
	@$(PYTHON) -m venv $(VENV)

# A stamp is written once everything is found where it belongs; $(1) is the Python, $(2) the file.
define check_packages
	@$(1) $(PIP_CHECK) -r $(2) || { echo "expected all of $(2) in $(VENV): does pip put packages \
	elsewhere? See pip config list, and PIP_ in the environment." >&2; exit 1; }
endef
define check_modules
	@$(NPM) ls $(1) >/dev/null || { echo "expected all of frontend/package.json in $(MODULES): \
	see npm config list" >&2; exit 1; }
endef

$(SERVE): requirements-serve.lock $(BIN)/python
	@echo "Installing the serving requirements …"
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r $<
	$(call check_packages,$(BIN)/python,$<)
	@touch $@

$(ALL): requirements.txt requirements-serve.txt $(BIN)/python
	@echo "Installing the requirements for training and tests …"
	@$(BIN)/python $(PIP_INSTALL) -r $<
	$(call check_packages,$(BIN)/python,$<)
	@touch $@ $(SERVE)

$(RAY): requirements-ray.txt $(ALL)
	@echo "Installing Ray …"
	@$(BIN)/python $(PIP_INSTALL) -r $<
	$(call check_packages,$(BIN)/python,$<)
	@touch $@

$(TOOLS)/.done: requirements-tools.txt
	@echo "Installing pip-audit and uv …"
	@mkdir -p .make && $(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python $(PIP_INSTALL) -r $<
	$(call check_packages,$(TOOLS)/bin/python,$<)
	@touch $@

$(PAGE_BUILD): frontend/package.json frontend/package-lock.json
	@scripts/check-node
	@echo "Installing what builds the page …"
	@$(NPM_CI) --omit=dev
	$(call check_modules,--omit=dev)
	@touch $@

$(PAGE_ALL): frontend/package.json frontend/package-lock.json
	@scripts/check-node
	@echo "Installing what builds and tests the page …"
	@$(NPM_CI) --include=dev --include=optional
	$(call check_modules,--include=dev)
	@touch $@ $(PAGE_BUILD)

$(PAGE): $(PAGE_SOURCES) | $(PAGE_BUILD)
	@scripts/check-node
	@$(NPM) run --silent build
	@touch $@
