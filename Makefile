# Everything runs in .venv, made from the locked and hashed requirements.
PYTHON ?= python3
BIN := .venv/bin
# Test processes side by side; a file's tests stay in one of them.
WORKERS ?= 2
export PYTHONPATH := $(CURDIR)

.PHONY: setup demo down test test-slow lint bench dbt-docs lock clean

setup: .venv/.installed  ## the virtual environment

.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 14) else "Python 3.11 to 3.14 is needed; name one with PYTHON=python3.x")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.txt
	$(BIN)/python -m pip check
	@touch $@

demo: setup  ## sandbox, Airflow, one night, the marts; leaves both running
	$(BIN)/python -m local.demo

# Not after setup: newer requirements would have it remake .venv under what still runs in it.
down:  ## stop what demo started
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m local.demo down

test: setup  ## everything that must pass; no running service assumed
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --processes $(WORKERS) --disable-progress-bar
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-slow: setup  ## the proofs that take minutes
	HYPOTHESIS_PROFILE=searching $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow

lint: setup  ## style alone
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --processes $(WORKERS) --disable-progress-bar

bench: setup  ## the measurements of benchmarks/README.md
	$(BIN)/python -m benchmarks

dbt-docs: setup  ## what every model and column means, one page that needs no server
	cd dbt_project && ../$(BIN)/dbt parse --profiles-dir . && ../$(BIN)/dbt docs generate --static --empty-catalog --no-compile --profiles-dir .
	@echo dbt_project/target/static_index.html

lock:  ## resolve requirements.in for every platform the README names
	uv pip compile --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-header requirements.in -o requirements.txt

# The demo's portal alone: beside it may lie the landing files of others, the only copy there is.
clean: down  ## forget the demo's portal and Airflow's home
	rm -rf "$${DATA_DIR:-data}/portals/4980000" .airflow
