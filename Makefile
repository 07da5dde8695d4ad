# One command from a clone to a report (make demo), one to a green test run (make test).
PYTHON ?= python3
VENV := .venv
# dev,psi adds openmined-psi, which has wheels for some platforms only; its tests are skipped without it.
EXTRAS ?= dev
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types imports unit format example rules lock clean
.DELETE_ON_ERROR:

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("auditor needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]'
	touch $@

demo: $(READY)
	$(BIN)/auditor demo --out reports/demo

test: lint types imports unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

unit: $(READY)
	$(BIN)/pytest -n 2

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The committed example report and its pictures.
example: $(READY)
	$(BIN)/python benchmarks/example_report.py

# The pages in docs/rules, from the checks' own docstrings.
rules: $(READY)
	$(BIN)/auditor rules --write docs/rules

# Pin what is installed now; commit the result.
lock: $(READY)
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf $(VENV) demo reports/demo
