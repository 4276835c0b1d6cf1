# Every target is a task of tasks.py; desks without make run `python tasks.py TASK`.
PYTHON ?= python3
ARGS ?=

.PHONY: help setup report test test-all lint bench lock
help: ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## make .venv from the hashed lock file
	@$(PYTHON) tasks.py setup
report: ## set up and build every page into reports/ (ARGS="--out FOLDER" puts them elsewhere)
	@$(PYTHON) tasks.py report $(ARGS)
test: ## set up and run the tests: every rule, and every kind of case once
	@$(PYTHON) tasks.py test $(ARGS)
test-all: ## set up and run the tests and the wide corpus: many more cases of each kind
	@$(PYTHON) tasks.py test-all $(ARGS)
lint: ## check style and types
	@$(PYTHON) tasks.py lint
bench: ## measure speed and memory, write benchmarks/*.md
	@$(PYTHON) tasks.py bench
lock: ## write requirements.lock anew from pyproject.toml
	@$(PYTHON) tasks.py lock
