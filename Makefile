# Everything a developer does here. The Go build cache is shared between the
# Python versions; their builds run one after the other.
PY ?= 3.12
RUN := python3 -m buildtools.developer

.PHONY: help demo dev native core test test-go test-python lint format wheels sdist clean

help:
	@echo "make demo          environment in .venv, install, run the example"
	@echo "make test          all tests, on every supported CPython that is present"
	@echo "make lint          format, vet, static analysis, types"
	@echo "make wheels        release wheels for 3.11, 3.12 and 3.13 in dist/"
	@echo "make dev PY=3.12   editable environment in build/dev-3.12, rebuilt as needed"
	@echo "make native|core   the same, one extension module only"

dev native core:
	@$(RUN) $@ $(PY)
