# Every target is a task of tasks.py; desks without make run `python tasks.py TASK`.
PYTHON ?= python3
ARGS ?=

.PHONY: help setup setup-all report test test-all fuzz lint sentences bench lock
help: ## show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## make .venv of what running needs, from its hashed lock file
	@$(PYTHON) tasks.py setup
setup-all: ## make .venv of everything: also what tests, Parquet, clusters and scans need
	@$(PYTHON) tasks.py setup-all
report: ## set up and build every page into reports/ (ARGS="--out FOLDER" puts them elsewhere)
	@$(PYTHON) tasks.py report $(ARGS)
test: ## set up and run the tests: every rule, and every kind of case once
	@$(PYTHON) tasks.py test $(ARGS)
test-all: ## set up and run the tests and the wide corpus: many more cases of each kind
	@$(PYTHON) tasks.py test-all $(ARGS)
fuzz: ## try everything that reads files with thousands of broken ones, an hour (ARGS="--examples N" for less or more)
	@$(PYTHON) tasks.py fuzz $(ARGS)
lint: ## check style and types
	@$(PYTHON) tasks.py lint
sentences: ## list every Chinese sentence that pages, documents and messages can say
	@$(PYTHON) tasks.py sentences
bench: ## measure speed and memory, write benchmarks/*.md
	@$(PYTHON) tasks.py bench
lock: ## write both lock files anew from pyproject.toml
	@$(PYTHON) tasks.py lock
