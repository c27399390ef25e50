# Everything runs from .venv, which the first target that needs it makes. Paths stay relative, so
# that a checkout in a folder with a space in its name works.

PYTHONS := python3.13 python3.12 python3.11 python3
PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check install --quiet
PACKAGES := $(wildcard analyzers brokers feeds runners search strategies)
STRATEGY := run sma-switch --sample sp500

# Real prices for the tests that need them: BTPLAYBOOK_DATA, or this folder where it exists.
ifndef BTPLAYBOOK_DATA
BTPLAYBOOK_DATA := $(shell cd ../shared/data 2>/dev/null && pwd)
endif
ifneq ($(BTPLAYBOOK_DATA),)
export BTPLAYBOOK_DATA
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help tearsheet test check docs notebooks picture bench proof wheel tearsheet-wheel lower-bounds clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 26

tearsheet: .venv/.run  ## run the SMA switch on the embedded sample and write its page
	$(PYTHON) -m btplaybook.runners $(STRATEGY)

# An environment may forbid bytecode; then every process that a test starts would compile the
# package, and every worker the tests. Neighbours in a file share what their fixtures made, so a
# worker keeps half of the tests, in order, and takes over some of another's when it has none left.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/.test  ## run the tests
	$(PYTHON) -m pytest -n logical --dist worksteal

check: .venv/.dev  ## ruff, mypy, the import contracts, and no circle of files
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	mkdir -p build/typing && ln -sfn ../.. build/typing/btplaybook
	$(PYTHON) -m mypy
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PYTHON) .ci/house.py

# The API is read from a copy: from the root the reader would walk through .venv too. So are the
# pages, since the gallery is built among them, where its links are checked.
docs: .venv/.docs  ## build the documentation and its gallery into build/site/ and check its links
	rm -rf build/docs && mkdir -p build/docs/btplaybook
	cp -r __init__.py $(PACKAGES) build/docs/btplaybook
	cp -r docs/pages build/docs/pages
	$(PYTHON) docs/gallery.py build/docs/pages
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --quiet -f docs/mkdocs.yml

notebooks: .venv/.test  ## run the example notebooks and store their outputs
	$(PYTHON) docs/notebooks.py

picture: .venv/.test  ## draw the README's picture anew
	$(PYTHON) docs/picture.py

bench: .venv/.bench  ## measure speed against its targets and write JSON
	$(PYTHON) benchmarks/run.py

proof: .venv/.test  ## longer proofs than the tests have time for
	$(PYTHON) benchmarks/proof.py

# setuptools packs whatever an earlier build left in build/lib, deleted modules too.
wheel: .venv/.test  ## build the wheel into dist/
	rm -rf build/lib build/bdist.* dist
	$(PYTHON) -m build --wheel --no-isolation --outdir dist

# From a folder outside the sources, so that what runs is what the wheel holds.
tearsheet-wheel: wheel  ## the same page from the built wheel, in a venv of its own
	rm -rf build/from-wheel
	$(PYTHON) -m venv build/from-wheel
	build/from-wheel/bin/python -m pip --disable-pip-version-check install --quiet dist/*.whl
	cd build/from-wheel && bin/btplaybook $(STRATEGY)

lower-bounds: .venv/.run  ## run the tests on the oldest libraries that setup.cfg allows
	rm -rf build/lower-bounds
	$(PYTHON) -m venv build/lower-bounds
	$(PYTHON) .ci/lower_bounds.py setup.cfg > build/lower-bounds/constraints.txt
	build/lower-bounds/bin/python -m pip --disable-pip-version-check install --quiet \
		--constraint build/lower-bounds/constraints.txt --editable '.[test]'
	build/lower-bounds/bin/python -m pytest

clean:  ## remove what was built and written, .venv too
	rm -rf .venv build dist out *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps form a chain, so that `make -j` never runs two installs at once.
.venv/.run: setup.cfg pyproject.toml | .venv/bin/python
	@echo "Installing btplaybook into .venv (about a minute the first time)"
	$(PIP) --editable .
	@touch $@

.venv/.test: .venv/.run
	$(PIP) --editable '.[test]'
	@touch $@

.venv/.bench: .venv/.test
	$(PIP) --editable '.[test,bench]'
	@touch $@

.venv/.docs: .venv/.run
	$(PIP) --editable '.[docs]'
	@touch $@

.venv/.dev: .venv/.test
	$(PIP) --editable '.[dev]'
	@touch $@

# A name on the path need not run (pyenv's shims) and need not have venv (Debian packs it apart).
.venv/bin/python:
	@old="import sys; sys.exit(sys.version_info < (3, 11))"; bare=; \
	for python in $(PYTHONS); do \
		"$$python" -c "$$old" >/dev/null 2>&1 || continue; \
		if "$$python" -c "import venv, ensurepip" >/dev/null 2>&1; then \
			echo "Making .venv with $$python"; \
			"$$python" -m venv .venv && exit 0; \
			rm -rf .venv; exit 1; \
		fi; \
		bare="$$python"; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare has no venv: install it first (Debian, Ubuntu: apt install python3-venv)" >&2; \
	else \
		echo "btplaybook needs Python >= 3.11; none of these runs: $(PYTHONS)" >&2; \
	fi; \
	exit 1
