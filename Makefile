# The two commands of the README are `make demo` and `make test`. Each does its own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= auto

.PHONY: help test test-rust lint docs

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

test: test-rust ## Run every test

test-rust:
	cargo test --quiet --features parallel,statistics
	cargo test --quiet -p rating-core

lint: ## Format and lints
	cargo fmt --all --check
	cargo clippy --quiet --workspace --exclude rating-py --all-targets -- -D warnings

docs: ## Build the documentation
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --workspace --exclude rating-py
