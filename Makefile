# Every command a contributor or a newcomer needs. `make help` lists them.
SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/runtime ## Review a real pull request on this machine (DEMO_ONCE=1 ends after printing)
	exec $(BIN)/edgewarden demo

.PHONY: run
run: $(VENV)/runtime ## Start the service with settings from the environment
	exec $(BIN)/edgewarden serve

.PHONY: test
test: $(VENV)/dev ## Run every test, on SQLite and on a real PostgreSQL
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: fuzz
fuzz: $(VENV)/dev ## More random clusters, and more damaged files (COUNT=20000 FIRST=seed)
	first=$${FIRST:-$$(date +%s)}; echo "seeds $$first and on"; \
	EDGEWARDEN_FIRST_SEED=$$first EDGEWARDEN_SEEDS=$${COUNT:-20000} \
	$(BIN)/pytest --numprocesses $(WORKERS) tests/unit/reachability/test_seeds.py \
	  tests/unit/manifests/test_seeds.py

.PHONY: mutants
mutants: $(VENV)/dev ## Make known mistakes in a copy of the engine, each of which a test has to catch
	$(BIN)/python -m tests.mutants

.PHONY: bench
bench: $(VENV)/dev ## Measure how long reviews take, in ten minutes (QUICK=1 for a look)
	$(BIN)/python -m benchmarks $${QUICK:+--quick}

.PHONY: check
check: lint types layers migrations test ## Everything that must pass before a change lands

.PHONY: lint
lint: $(VENV)/dev ## Style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: types
types: $(VENV)/dev ## Static types
	$(BIN)/mypy

.PHONY: layers
layers: $(VENV)/dev ## Which package may import which
	PYTHONPATH=service $(BIN)/lint-imports

.PHONY: migrations
migrations: $(VENV)/dev ## The migrations build exactly the schema that the code declares
	directory=$$(mktemp -d); trap 'rm -rf "$$directory"' EXIT; \
	export EDGEWARDEN_DATABASE_URL="sqlite:///$$directory/migrations.sqlite"; \
	$(BIN)/alembic upgrade head && $(BIN)/alembic check

.PHONY: format
format: $(VENV)/dev ## Format and fix what can be fixed by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: pins
pins: $(VENV)/dev ## Renew requirements/*.txt from pyproject.toml
	$(BIN)/python requirements/compile.py

.PHONY: wheel
wheel: $(VENV)/dev ## Build the wheel into dist/
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: clean
clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) .bench build dist data demo-data

$(VENV)/python: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Edgewarden needs Python 3.11 or later; run 'make PYTHON=/path/to/python3.11 ...'" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runtime: $(VENV)/python requirements/runtime.txt requirements/build.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements/runtime.txt --requirement requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@
