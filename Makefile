# make run    install what it needs and run the whole job on the built-in, fictitious registries
# make test   install what it needs and run the tests
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# the oldest DuckDB that must be able to read a release, beside the one that writes it
OLDEST := $(VENV)/oldest
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint types acceptance faults soak year audit audit-data site-bundle site-check expected bench lock pages docs clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

install: $(VENV)/.installed ## install the project from its lock into .venv
install-dev: $(VENV)/.installed-dev ## the same with what tests and lint need

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock requirements-oldest.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target $(OLDEST) -r requirements-oldest.lock
	@touch $@

run: install ## run the job on the sandbox
	$(BIN)/passend run --source sandbox

test: install-dev ## run the tests, a process per core
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: install-dev ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev ## mypy, strict on pipeline/
	$(BIN)/mypy

acceptance: install-dev ## run the job on the real registry files, if they are at hand (PASSEND_SHARED)
	$(BIN)/python -m pytest -m acceptance

faults: install-dev ## play every fault that must be survived, and write the table to docs/faults.md
	$(BIN)/python -m tests.faults --page

soak: install-dev ## 200 runs against a portal that fails at random, and 200 amid all kinds of faults; write both to docs/faults.md
	$(BIN)/python -m tests.faults.soak
	$(BIN)/python -m tests.faults.mixture

audit: install-dev ## look the locked libraries up among those with known weaknesses
	$(BIN)/python tools/audit.py

audit-data: install-dev ## work out figures of a release of the real registry files a second time, and write docs/audit.md (PASSEND_SHARED)
	PYTHONPATH=. $(BIN)/python -m tools.audit_data

year: install-dev ## a run a day for 14 months of the small fictitious country, and 24 days of the national one
	$(BIN)/python -W ignore -m tests.year

site/node_modules: site/package-lock.json
	npm ci --prefix site --silent --no-audit --no-fund
	@touch $@

site-bundle: site/node_modules ## build the front end of the site into the package (needs node)
	npm run --prefix site --silent build

site-check: site/node_modules ## see that the front end in the package is what site/ makes (needs node)
	npm run --prefix site --silent check

expected: install-dev ## renew the row counts that tests expect (tests/expected), of the real registries where they are at hand
	PASSEND_TEST_RENEW=1 $(BIN)/python -m pytest -m "acceptance or not acceptance" -k rows_that_are_expected

bench: install-dev ## measure speed and memory as ratios in one run (BENCH="--large --rounds 3")
	$(BIN)/python bench/bench.py $(BENCH)

lock: install-dev ## renew the locks from pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --build-deps-for editable -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --build-deps-for editable --extra postgres -c requirements.lock -o requirements-postgres.lock pyproject.toml
	echo 'duckdb==1.2.*' | $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate -o requirements-oldest.lock -
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock -r requirements-postgres.lock
	$(BIN)/python tools/licences.py

pages: install-dev ## write the pages of docs/ that are made from the code: data dictionary, registries, settings, picture
	PYTHONPATH=. $(BIN)/python tools/pages.py

docs: install-dev ## build the pages of docs/ into build/docs; a warning, such as a link that leads nowhere, is an error
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . build/docs
	@echo build/docs/index.html

clean: ## remove data, environment and caches
	rm -rf $(VENV) data build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
