# Everything a developer does here. Python 3.11 or later runs the tools in
# buildtools/; they find the other interpreters on PATH or among pyenv's.
PY ?= 3.12
CANDIDATES := python3.13 python3.12 python3.11 python3 $(wildcard $(HOME)/.pyenv/versions/3.1[123].*/bin/python)
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c "import tomllib, venv" 2>/dev/null && echo $$p && break; done)

N ?= 20000
SEED ?= 0
SECONDS ?= 1800

.PHONY: help demo dev native core test fuzz ledger numpy-tests survey matrix specials sessions calls reports references lint wheels sdist clean

help:
	@echo "make demo          environment in .venv, install, run the example"
	@echo "make test          all tests, on every supported CPython that is present"
	@echo "make fuzz N=20000  random programs against NumPy (SEED=0, PY=3.12)"
	@echo "make ledger N=...  further ones, entered in python/tests/LEDGER.md"
	@echo "make numpy-tests   NumPy's own tests with NumPy's functions accelerated"
	@echo "make survey        examples of SciPy and scikit-learn with their functions accelerated; benchmarks/LIBRARIES.md"
	@echo "make matrix        every operation on every pair of dtypes, for SECONDS=1800; goes on where it was"
	@echo "make specials      every operation on every pair of special values, the same way"
	@echo "make sessions      every operation, with operands of many types by turns, the same way"
	@echo "make calls         calls of every row on operands of many kinds behind a native line, the same way"
	@echo "make reports       100,000 calls of random expressions on special values: what NumPy reports, the same way"
	@echo "make references    references and memory over 100,000 calls of each kind"
	@echo "make lint          formatting, static analysis, types"
	@echo "make wheels        release wheels for all supported versions, in dist/"
	@echo "make sdist         source distribution, in dist/"
	@echo "make dev PY=3.12   editable environment in build/dev-3.12, rebuilt as needed"
	@echo "make native|core   the same, for one extension module only"

demo test lint wheels sdist:
	@test -n "$(PYTHON)" || { echo "slipstream needs CPython 3.11, 3.12 or 3.13, on PATH or from pyenv."; exit 1; }
	@$(PYTHON) -m buildtools.developer $@

dev native core survey:
	@$(PYTHON) -m buildtools.developer $@ $(PY)

fuzz: dev
	cd python/tests && ../../build/dev-$(PY)/bin/python -m differential $(N) --seed $(SEED)

ledger: dev
	cd python/tests && ../../build/dev-$(PY)/bin/python -m differential $(N) --ledger

numpy-tests: dev
	cd python/tests && ../../build/dev-$(PY)/bin/python -m numpysuite

matrix specials sessions calls reports: dev
	cd python/tests && ../../build/dev-$(PY)/bin/python -m differential.cells $@ --seconds $(SECONDS)

references: dev
	REFERENCES_CALLS=100000 build/dev-$(PY)/bin/python -m pytest python/tests/test_references.py

clean:
	rm -rf build dist .venv python/slipstream.egg-info python/slipstream/*.so
