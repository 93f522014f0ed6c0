# The two commands of the README are `make demo` and `make test`. Each does its own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= auto

# The Python that builds and runs everything; any from 3.11 on.
PYTHON ?= python3
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
PIP := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check
# cargo, maturin and pip agree on the interpreter, so that nothing is built twice.
export PYO3_PYTHON := $(CURDIR)/$(VENV_PYTHON)

.PHONY: help demo test test-rust test-python test-polars test-spark examples lint docs deny advisories bench fuzz venv build

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: build ## Rate the embedded sample of 2,000 firms and write a report
	$(VENV)/bin/firmrating demo

venv: $(VENV)/.made ## Make the virtual environment

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed, $(PYTHON) is $$($(PYTHON) --version); set PYTHON=..." >&2; exit 1; }
	test -x $(VENV_PYTHON) || $(PYTHON) -m venv $(VENV)
	$(PIP) 'maturin>=1.9,<2'
	touch $@

# Everything that goes into the extension. The Python sources are used in place and need no build.
EXTENSION_SOURCES := Cargo.toml Cargo.lock $(wildcard rating-py/*.toml rating-core/Cargo.toml datasets/Cargo.toml) \
  $(shell find rating-core/src rating-core/models rating-core/rulebooks rating-py/src datasets/src datasets/data -type f)

build: $(VENV)/.built ## Build the Python package into the virtual environment

$(VENV)/.built: $(VENV)/.made $(EXTENSION_SOURCES)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(VENV)/bin/maturin develop --quiet --release --strip --extras report -m rating-py/Cargo.toml
	touch $@

# What the tests need beyond the package itself, as its manifest lists it.
$(VENV)/.tools: $(VENV)/.made rating-py/pyproject.toml
	$(VENV_PYTHON) -c 'import tomllib; print(*tomllib.load(open("rating-py/pyproject.toml", "rb"))["project"]["optional-dependencies"]["test"], sep="\n")' \
	  | $(PIP) -r /dev/stdin
	touch $@

test: test-rust test-python examples ## Run every test but those of polars frames and Spark

# Twice: with what most programs switch on, and the corridor alone.
test-rust:
	cargo test --quiet --features parallel,statistics,schema,fit
	cargo test --quiet -p rating-core

test-python: build $(VENV)/.tools
	cd rating-py && ../$(VENV)/bin/pytest
	cd rating-py && ../$(VENV)/bin/mypy python
	cd rating-py && MYPYPATH=python ../$(VENV)/bin/stubtest --mypy-config-file pyproject.toml firmrating._firmrating

test-polars: build $(VENV)/.tools ## Test the feature polars, which takes minutes to build
	cargo test --quiet -p rating-core --features polars --lib frames
	cargo test --quiet -p rating-examples --features polars
	cargo build --quiet -p rating-examples --features polars --bin nightly
	$(VENV_PYTHON) examples/tests/nightly_parity.py $${CARGO_TARGET_DIR:-target}/debug/nightly

# PySpark is 400 MB, so no other target installs it.
$(VENV)/.spark: $(VENV)/.tools
	$(PIP) 'pyspark>=4.1,<5'
	touch $@

test-spark: build $(VENV)/.spark ## Test ratings on Spark, with two executors (needs Java 17 or later)
	cd rating-py && ../$(VENV)/bin/pytest tests/test_spark.py

examples: build $(VENV)/.tools ## Run the example programs
	$(VENV_PYTHON) examples/python/technology_smes.py
	$(VENV_PYTHON) examples/python/cumcm2020c.py
	$(VENV_PYTHON) examples/python/cumcm2020c_credit.py
	$(VENV_PYTHON) examples/python/sba_guarantee.py
	$(VENV_PYTHON) examples/python/beijing_open.py
	$(VENV_PYTHON) examples/python/nightly_duckdb.py

lint: venv ## Format and lints
	cargo fmt --all --check
	cargo clippy --quiet --workspace --exclude rating-py --all-targets --features rating-core/schema,rating-core/statistics,rating-core/fit -- -D warnings
	cargo clippy --quiet -p rating-py -- -D warnings

docs: ## Build the documentation
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --workspace --exclude rating-py

deny: ## Check licences, bans and sources of what is linked (needs cargo-deny)
	cargo deny --offline --log-level error check bans licenses sources

advisories: ## Check for known faults of what is linked (needs cargo-deny and the network)
	cargo deny check advisories

bench: ## Run the benchmarks
	cargo bench -p rating-benches

FUZZ := -dict=json.dict -max_len=12000 -max_total_time=600

fuzz: ## Fuzz the two doors, ten minutes each (needs cargo-fuzz and a nightly toolchain)
	cd rating-core/fuzz && for target in model_document record_json; do \
	  mkdir -p corpus/$$target && cargo +nightly fuzz run $$target corpus/$$target seeds/$$target -- $(FUZZ); done
