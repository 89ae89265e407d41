# Two commands: `make report` and `make test`. Each makes .venv by itself when it is missing or stale.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
JOBS ?= 2
export OMP_NUM_THREADS ?= 1

.PHONY: report test check thorough bench clean

report: $(READY)
	@$(BIN)/gan-theory verify --jobs $(JOBS); verified=$$?; \
	if [ $$verified -gt 1 ]; then exit $$verified; fi; \
	$(BIN)/gan-theory report || exit $$?; \
	exit $$verified

test: check
	$(BIN)/python -m pytest -q -n $(JOBS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/gan-theory claims --check

# make thorough             every test with many random examples
# make thorough STUDY=NAME  one long study, which goes on where it was stopped
thorough: $(READY)
ifdef STUDY
	$(BIN)/python -m tests.studies $(STUDY)
else
	$(BIN)/python -m pytest -q -n $(JOBS) --hypothesis-profile=thorough --hypothesis-show-statistics
endif

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

$(READY): pyproject.toml constraints.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later found: install one, or make PYTHON=/path/to/python"; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
