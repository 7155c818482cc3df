# Parley: `make demo` and `make test` set up by themselves.
# A distribution builds its Python with profiles, pyenv as a rule does not: reading is about a tenth faster with it.
# It must be able to make an environment and to compile modules.
FIT := import ensurepip, os, sys, sysconfig; \
	sys.exit(sys.version_info < (3, 11) or not os.path.exists(sysconfig.get_path("include") + "/Python.h"))
PYTHON ?= $(shell /usr/bin/python3 -c '$(FIT)' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup plain demo test lint check kafka bench chaos cost soak fuzz clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

# What is compiled is imported instead of its source, so it is made again whenever a source changes.
COMPILED := $(wildcard streams/detect/*.py streams/enrich/*.py streams/track/*.py) streams/clean.py streams/dateline.py streams/fields.py streams/parse.py streams/plaintext.py streams/build.py

$(VENV)/.compiled: $(VENV)/.ready $(COMPILED)
	$(BIN)/python -m streams.build
	@touch $@

setup: $(VENV)/.ready $(VENV)/.compiled  ## create .venv with pinned dependencies; compile where there is a C compiler

plain:  ## run from the sources until the next setup, for quick edits
	find . -maxdepth 3 -name '*.so' -not -path './$(VENV)/*' -delete
	rm -f $(VENV)/.compiled

demo: setup  ## embedded broker, a worker, the seeds: updates as they arrive
	$(BIN)/parley demo

test: setup  ## all tests (Apache Kafka ones need Java and Maven)
	$(BIN)/python -m pytest

lint: setup  ## ruff, mypy, bandit, known weaknesses of packages, knowledge files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive streams
	$(BIN)/python -m tests.audit
	$(BIN)/parley lint

check: lint test  ## everything before a commit

kafka: setup  ## fetch Apache Kafka's jars into .kafka/ (Java 17, Maven)
	$(BIN)/python -m tests.apache_kafka

bench: setup  ## rates of detection and of the transport on this machine
	$(BIN)/parley bench

chaos: setup  ## every fault ten times, in both kinds of delivery, on three nodes of Apache Kafka: about an hour
	$(BIN)/python -m tests.chaos

cost: setup  ## what exactly once costs, and how long a standby takes with 100,000 threads, on one node of Apache Kafka
	$(BIN)/python -m tests.chaos.cost
	$(BIN)/python -m tests.chaos.failover

soak: setup  ## a season of news, a million articles, through reading and tracking: memory must stand still
	$(BIN)/python -m tests.soak

fuzz: setup  ## a million hostile inputs for all that reads foreign bytes, with two processes: some ten minutes
	$(BIN)/python -m tests.fuzz

clean:  ## remove what setup and tests made
	find . -maxdepth 3 -name '*.so' -not -path './$(VENV)/*' -delete
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .kafka .fuzz
