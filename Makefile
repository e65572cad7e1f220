# Everything runs in a private environment, .venv, made from the pinned lists in requirements/.
# A stamp file inside the environment records that it is complete. When a list changes, or an
# installation was interrupted, the environment is made afresh; otherwise nothing is done.

PYTHON ?= python3
VENV ?= .venv

PY = $(VENV)/bin/python
PIP = -m pip --disable-pip-version-check --quiet install
# The build backend is among the pins, so that installing the package fetches nothing more.
EDITABLE = $(PIP) --no-deps --no-build-isolation --editable .

# Results kept from run to run lie in the checkout, as everything else does.
export FRAMING_CACHE = $(CURDIR)/build/cache

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help report figures docs lab students test lint test-lowest test-latest conformance calibration bench topic-speed coders lock clean

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# --- results ---------------------------------------------------------------------------------

# Written again when the corpora, the library or the pinned packages have changed.
SOURCES = $(shell find src/framing corpus -type f -not -path '*/__pycache__/*' -not -path '*/texts/*')

report: reports/articles/report.html reports/openings/report.html  ## Analyse the two bundled corpora
	@echo "Done. Open in a browser:"
	@for page in $^; do echo "  $(CURDIR)/$$page"; done

reports/%/report.html: $(VENV)/.core $(SOURCES)
	$(VENV)/bin/framing report $* --out reports/$* --overwrite

figures: $(VENV)/.core  ## Draw every figure in figures/ again
	@for script in figures/[!_]*.py; do \
	  [ -e "$$script" ] || continue; echo "$$script"; $(PY) "$$script" || exit 1; done

# Runs each notebook from a clean kernel, unless nothing that it depends on has changed. A warning,
# such as a link that leads nowhere, is an error.
docs: $(VENV)/.dev  ## Build a site in build/site/html: the course with its outputs, these pages, the reference
	$(PY) -m sphinx -c docs/site -d build/site/doctrees --fail-on-warning --show-traceback \
	  --quiet . build/site/html
	@echo "Done. Open in a browser: $(CURDIR)/build/site/html/index.html"

# The settings keep JupyterLab from asking the network for news and newer versions.
lab: $(VENV)/.dev  ## Open the course in JupyterLab
	JUPYTER_CONFIG_PATH=$(CURDIR)/notebooks/.jupyter $(PY) -m jupyter lab \
	  --notebook-dir=notebooks --LabApp.default_url=/lab/tree/README.md

students: $(VENV)/.dev  ## Write copies of the notebooks without solutions, in students/
	$(PY) notebooks/student.py

# --- checks ----------------------------------------------------------------------------------

# A file of tests stays in one process, with what its tests share.
PYTEST = -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

# In an environment without the tools for the site: the tests and the examples in docstrings; then
# the notebooks, each from top to bottom.
define run-tests
	$(1)/bin/python $(PYTEST)
	@set -- notebooks/*.ipynb; if [ -e "$$1" ]; then \
	  echo "$(1)/bin/python -m pytest --nbmake notebooks"; \
	  $(1)/bin/python -m pytest --nbmake notebooks; fi
endef

# The site comes first, because its pages are opened in a browser by a test.
test: docs  ## Run the notebooks (into the site), the tests and the examples in docstrings
	$(PY) $(PYTEST)

lint: $(VENV)/.dev  ## Check style, formatting and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

test-lowest: .venv-lowest/.lowest  ## Run the tests on the lowest declared versions (Python 3.11)
	$(call run-tests,.venv-lowest)

test-latest: .venv-latest/.latest  ## Run the tests on the newest published versions
	.venv-latest/bin/python $(PIP) --upgrade --upgrade-strategy eager --editable '.[test]'
	$(call run-tests,.venv-latest)

conformance: .venv-peers/.peers  ## Compare with other software, in docs/ (installs it; needs R's tables)
	.venv-peers/bin/python benchmarks/conformance.py

calibration: .venv-peers/.peers  ## Measure coverage and rejection, in docs/ (installs other software; 20 minutes)
	.venv-peers/bin/python benchmarks/calibration.py

# STM= names an interpreter with structural-topic-model, which needs Python 3.12; QUICK=1 prints
# the tables of a part of the data.
bench: .venv-peers/.peers  ## Measure time and memory beside other software, in docs/bench/ (installs it; needs the sources; 35 minutes)
	.venv-peers/bin/python benchmarks/bench.py $(if $(STM),--stm $(STM)) $(if $(QUICK),--quick)

topic-speed: .venv-peers/.peers  ## Time topic models beside other software (installs it; needs R's data)
	.venv-peers/bin/python benchmarks/topics.py

coders: $(VENV)/.dev  ## Compare machine coders, in docs/ (needs the sources; an hour)
	$(PY) benchmarks/coders.py

# --- environments ----------------------------------------------------------------------------

define make-venv
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "framing needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)"; \
	  echo "Name another one, for example: make $(or $(MAKECMDGOALS),test) PYTHON=python3.12"; \
	  exit 1; } >&2; \
	echo "Making $(1) (a minute or two, once)"; \
	$(PYTHON) -m venv --clear $(1)
endef

# $(call make-environment,folder): from the pins in $<, then the package itself. After a change
# to pyproject.toml alone only the package is installed again.
define make-environment
	@if [ "$?" != pyproject.toml ]; then \
	  { $(call make-venv,$(1)); } && $(1)/bin/python $(PIP) -r $<; fi
	@$(1)/bin/python $(EDITABLE)
	@touch $@
endef

$(VENV)/.core: requirements/core.txt pyproject.toml
	$(call make-environment,$(VENV))

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	$(call make-environment,$(VENV))
	@touch $(VENV)/.core

.venv-lowest/.lowest: requirements/lowest.txt pyproject.toml
	$(call make-environment,.venv-lowest)

.venv-latest/.latest:
	@$(call make-venv,.venv-latest)
	@touch $@

# The peers name many packages that they need for other things, so only those listed are installed.
.venv-peers/.peers: requirements/peers.txt requirements/core.txt pyproject.toml
	@if [ "$?" != pyproject.toml ]; then \
	  { $(call make-venv,.venv-peers); } && .venv-peers/bin/python $(PIP) --no-deps -r $<; fi
	@.venv-peers/bin/python $(EDITABLE)
	@touch $@

# --- upkeep ----------------------------------------------------------------------------------

COMPILE = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
  --fork-strategy fewest --custom-compile-command "make lock" pyproject.toml --group build

lock: .venv-lock/.lock  ## Pin the newest versions that work together in requirements/
	$(COMPILE) --upgrade --extra dev -o requirements/dev.txt
	$(COMPILE) --upgrade --constraints requirements/dev.txt --no-annotate -o requirements/core.txt
	$(COMPILE) --upgrade --resolution lowest-direct --extra test -o requirements/lowest.txt

.venv-lock/.lock:
	@$(call make-venv,.venv-lock)
	@.venv-lock/bin/python $(PIP) 'uv>=0.9'
	@touch $@

clean:  ## Delete the environments, the bundled corpora's reports, caches and builds
	rm -rf .venv .venv-lowest .venv-latest .venv-peers .venv-lock dist build
	rm -rf reports/articles reports/openings
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
