# The developer's day. `make run` and `make test` need nothing but Python 3.11 or newer with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DATA ?= ../shared/eval

.PHONY: run up test lint types eval model bench failures crash hostile soak fuzz whoosh3 clean install

run: $(INSTALLED)  ## ingest the sample pages in raw/, and search them
	$(BIN)/newsfold ingest
	$(BIN)/newsfold status
	$(BIN)/newsfold search barge bridge

up: $(INSTALLED)  ## the desk for the sample pages: server and UI, schedules, worker, watcher
	$(BIN)/newsfold up

test: $(INSTALLED)  ## the whole test suite
	$(BIN)/python -m pytest

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsfold needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

lint: $(INSTALLED)  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)  ## mypy, strict
	$(BIN)/mypy

eval: $(INSTALLED)  ## quality on labelled data
	$(BIN)/python -m evals.segmentation $(DATA)/segmentation/dev.jsonl.xz
	$(BIN)/python -m evals.segmentation --html $(DATA)/segmentation/html_dev.jsonl.xz
	$(BIN)/python -m evals.metadata $(DATA)/segmentation/dev.jsonl.xz
	$(BIN)/python -m evals.stories $(DATA)/segmentation/dev.jsonl.xz
	$(BIN)/python -m evals.dedupe $(DATA)/dedupe/dev.jsonl.xz
	$(BIN)/python -m evals.language $(DATA)/language/dev.jsonl.xz

model: $(INSTALLED)  ## fit the line model anew: the same data give the same file, bit for bit
	$(BIN)/python -m evals.line_model $(DATA)/segmentation/dev.jsonl.xz

bench: $(INSTALLED)  ## speed, as ratios in one run
	$(BIN)/python -m bench.pipeline

failures: $(INSTALLED)  ## kill, stop and cancel runs of a real server, and look what is left
	$(BIN)/python -m bench.failures

soak: $(INSTALLED)  ## an hour of random changes, kills and queries, against a model in memory
	$(BIN)/python -m bench.soak --minutes 60

fuzz: $(INSTALLED)  ## any bytes, any queries, any catalogs, thousands of each
	$(BIN)/python -m pytest tests/fuzz --hypothesis-profile fuzz

whoosh3: $(INSTALLED)  ## informs: the tests of the index with the fork whoosh3 in the place of Whoosh
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --upgrade --target $(VENV)/whoosh3 whoosh3
	PYTHONPATH=$(VENV)/whoosh3 $(BIN)/python -c 'from index.whooshed import FAST_POSSIBLE, versionstring; print("Whoosh", versionstring(), "- fast writer:", FAST_POSSIBLE)'
	-PYTHONPATH=$(VENV)/whoosh3 $(BIN)/python -m pytest -q tests/index tests/tasks/test_commit.py

crash: $(INSTALLED)  ## kill runs at random moments, steps and system calls, and look what is left
	$(BIN)/python -m bench.crash --kills 12 --steps 40 --calls 3

hostile: $(INSTALLED)  ## hostile files of every kind and size: states, CPU, memory
	$(BIN)/python -m bench.hostile --alone

clean:
	rm -rf $(VENV) .newsfold .pytest_cache .mypy_cache .ruff_cache .hypothesis
