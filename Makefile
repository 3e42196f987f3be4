# The commands to remember: make demo, make test, make check, make replay.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo install test check replay lock clean

demo: install
	$(BIN)/jindu demo

install: .venv/run.stamp

# A stamp is newer than its lock when the environment holds what the lock pins.
.venv/run.stamp: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

test: .venv/dev.stamp
	$(BIN)/python -m pytest

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

replay: .venv/dev.stamp
	$(BIN)/python -m tests.replay ../shared

# Needs uv; rewrites the pins from pyproject.toml.
lock:
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra build -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra build --extra dev --extra parquet --extra mcp -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info
