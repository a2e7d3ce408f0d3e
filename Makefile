# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Behind a company's proxy only the system knows which certificates to trust.
export UV_SYSTEM_CERTS := 1
# Tests fill the cores with processes: threads of linear algebra would only wait for each other.
test test-slow: export OPENBLAS_NUM_THREADS ?= 1
FACTS ?= 200000
PORT ?= 8321

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check format docs bench pictures gallery reference lock wheel clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.made: tools/bootstrap.sh requirements/installer.lock
	@bash tools/bootstrap.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.lock
	@bash tools/sync.sh $(VENV) run

$(VENV)/.dev: $(VENV)/.made requirements/dev.lock
	@bash tools/sync.sh $(VENV) dev

$(VENV)/.spark: $(VENV)/.dev requirements/spark.lock
	@bash tools/sync.sh $(VENV) spark

demo: $(VENV)/.run ## Fill a simulated company, print its journey map and open the page
	$(BIN)/safar demo safar-demo --facts $(FACTS) --port $(PORT)

test: $(VENV)/.dev ## Run the default tests (minutes)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

test-slow: $(VENV)/.spark ## Run the slow tests: browser, Spark, load, the built wheel
	@bash tools/system.sh chromium java postgresql fonts || true
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow $(ARGS)

check: $(VENV)/.dev ## Lint, types, layers, generated reference, docs
	$(BIN)/ruff format --check src tests tools benchmarks docs
	$(BIN)/ruff check src tests tools benchmarks docs
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/reference.py --check
	$(BIN)/python tools/house.py

format: $(VENV)/.dev ## Format the code and fix what can be fixed
	$(BIN)/ruff format src tests tools benchmarks docs
	$(BIN)/ruff check --fix src tests tools benchmarks docs

docs: $(VENV)/.dev ## Build the documentation; a broken link is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

reference: $(VENV)/.dev ## Write the reference pages that are generated from the code
	$(BIN)/python tools/reference.py

pictures: $(VENV)/.dev ## Take the pictures of the documentation from a running demo
	@bash tools/system.sh chromium fonts
	$(BIN)/python -m tools.pictures

gallery: $(VENV)/.dev ## Take a picture of every page in every dress into gallery/, to be looked at
	@bash tools/system.sh chromium fonts
	$(BIN)/python -m tools.gallery $(ARGS)

bench: $(VENV)/.dev ## Measure: ratios against a peer or a physical bound in the same run
	$(BIN)/python -m benchmarks $(ARGS)

wheel: $(VENV)/.dev ## Build the wheel
	$(BIN)/python -m build --no-isolation --wheel --outdir dist

lock: $(VENV)/.dev ## Resolve the dependencies anew and write the locks (versions and hashes, no hosts)
	@bash tools/lock.sh $(VENV)

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist build docs/_build benchmarks/out .mypy_cache .ruff_cache .pytest_cache .hypothesis
