# Breachdesk. `make help` lists the targets.
#
# One variable a choice: RECORDS and PORT for the demo, PYTHON for the interpreter of `make setup`,
# PYTEST for more options of the tests and WORKERS for how many run at once, UPGRADE=1 to let
# `make lock` move versions.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

RECORDS ?= 100000
PORT ?= 8000
PYTEST ?=
UPGRADE ?=
# Tests wait a third of their time, for processes, browsers and clocks.
WORKERS ?= $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))
# What is shared by tests is made once; the dear ones come first, as they are collected.
GROUPED := --dist loadgroup --no-loadscope-reorder
export PYTHON

VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
BUILT := src/breachdesk/portal/static/portal/built/manifest.json
KERNEL_SOURCES := hatch_build.py $(wildcard src/breachdesk/voprf/_kernel/*.[ch])
WEB_SOURCES := $(wildcard web/src/*.ts web/src/*/*.ts)
# .venv/node/bin exists only where the machine has no Node.js that is recent enough.
export PATH := $(VENV)/node/bin:$(BIN):$(PATH)
# PYTHONDONTWRITEBYTECODE: every command that a test starts would compile all that it imports again.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

SECONDS_OF_SOAK ?= 300
.PHONY: help setup bundle demo test check check-python check-web test-web test-python coverage bench screens soak fix lock clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: .venv/python.stamp .venv/web.stamp bundle ## Make .venv and web/node_modules and build the page's scripts; quick when nothing changed

.venv/python.stamp: requirements.lock pyproject.toml tools/setup-python $(KERNEL_SOURCES)
	@tools/setup-python
	@touch $@

.venv/web.stamp: .venv/python.stamp web/package.json web/package-lock.json web/.npmrc tools/setup-node
	@tools/setup-node
	@touch $@

bundle: $(BUILT) ## Build the page's scripts and print their hashes

$(BUILT): .venv/web.stamp web/build.mjs $(WEB_SOURCES)
	@cd web && npm run --silent build

demo: setup ## A sample leak, built and served, with people to try (RECORDS=, PORT=)
	@$(BIN)/breachdesk demo --records $(RECORDS) --port $(PORT)

test: setup ## Everything that CI runs
	@$(MAKE) --no-print-directory -j2 --output-sync=target check test-web
	@$(MAKE) --no-print-directory test-python

check: check-python check-web ## Linters, types and import rules, without tests

check-python: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/python hatch_build.py

check-web: setup
	cd web && npm run --silent types
	cd web && npm run --silent lint

test-web: setup
	cd web && npm run --silent test

test-python: setup
	$(BIN)/pytest -n $(WORKERS) $(GROUPED) --durations 30 $(PYTEST)

coverage: setup ## Which lines and branches of the Python code the tests reach; takes longer than `test`
	$(BIN)/pytest -n $(WORKERS) $(GROUPED) --cov --cov-report=term $(PYTEST)

bench: setup ## Every measurement in benches/, one after the other
	@for script in benches/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

screens: setup ## Pictures of every page into docs/screens/, of a demo that is started for it
	@$(BIN)/python tools/screens

soak: setup ## Damage the messy files again and again, for SECONDS_OF_SOAK, and read them; kill builds
	$(BIN)/python -m tests.messy.soak --seconds $(SECONDS_OF_SOAK)
	$(BIN)/python benches/bench_kill.py

fix: setup ## Repair what the linters can repair, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run --silent fix

lock: setup ## Write both lock files anew (UPGRADE=1 moves to newer versions)
	$(BIN)/uv pip compile $(if $(UPGRADE),--upgrade) --universal --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11 pyproject.toml --group dev -o requirements.lock
	cd web && $(if $(UPGRADE),npm update,npm install) --package-lock-only --no-audit --no-fund --loglevel=error
	@$(MAKE) --no-print-directory setup

clean: ## Remove what was built and cached; .venv and web/node_modules too
	rm -rf .venv web/node_modules web/dist $(dir $(BUILT)) src/breachdesk/desk/static/desk/built build dist demo src/breachdesk/voprf/_kernel/*.so
	rm -rf .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find src tests benches -name __pycache__ -type d -prune -exec rm -rf {} +
