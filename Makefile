PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
EXTRA := $(VENV)/.extra
LAB_FLAGS ?=
# The environment is made anew where its folder was moved, renamed or copied, for its programs hold
# the old path, and where another Python is asked for.
ASKED := $(filter command environment,$(origin PYTHON))
ANEW := $(shell read -r made 2>/dev/null <$(READY) && test "$$made" = "$(CURDIR)" && \
  { test -z "$(ASKED)" || test "$$($(PYTHON) -VV)" = "$$($(BIN)/python -VV)"; } || echo anew)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FAILED := Not everything could be installed; the reason stands above. If the network is missing or breaks off, the same command goes on later.

.DEFAULT_GOAL := help
.PHONY: help lab test slow notebooks data real seeds release browser site matrix bench clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: $(READY)  ## open JupyterLab on the notebooks
	@cd notebooks && ../$(BIN)/jupyter-lab \
	  $$(test "$$(id -u)" = 0 && echo --allow-root) \
	  $$(test "$$(uname)" = Linux && test -z "$$DISPLAY$$WAYLAND_DISPLAY" && echo --no-browser) $(LAB_FLAGS)

test: $(READY)  ## run every test, and every notebook with its outputs compared
	@$(BIN)/python -m pytest -n auto

slow: $(READY)  ## run the tests that take long: copies run to the end, many draws
	@$(BIN)/python -m pytest -n auto -m slow tests

notebooks: $(READY)  ## run every notebook on the synthetic beats and write its outputs back
	@$(BIN)/python tools/execute.py --write

data: $(READY)  ## fetch the real ECG5000 into data/
	@$(BIN)/python -m bptt_lab.data

real: $(READY)  ## run every notebook on the real ECG5000, from data/ or $$BPTT_LAB_DATA
	@$(BIN)/python tools/execute.py --real

seeds: $(READY)  ## print what six seeds of notebook 07 score, on the real data where it is at hand
	@$(BIN)/python tools/six_seeds.py

release: $(READY)  ## write the copies to hand out: build/student without solutions, build/instructor
	@$(BIN)/python tools/release.py

browser: $(EXTRA) build/book/.ready  ## drive the lab in a real Chromium; screenshots in build/screenshots
	@command -v chromium chromium-browser google-chrome >/dev/null || { echo "No Chromium: on Debian and Ubuntu, apt-get install chromium."; exit 1; }
	@$(BIN)/python -m pytest -q tests/browser

site: build/book/.ready  ## build the book, and beside it the lab in the browser, into build/site
	@rm -rf build/site
	@build/book/bin/python -m sphinx -q -E -W --keep-going -c tools/book -d build/book/doctrees . build/site
	@build/book/bin/python -m tools.lite build/site/lite
	@echo "build/site/index.html: open it, or serve the folder: $(PYTHON) -m http.server -d build/site"

matrix: $(READY)  ## the tests under many processors, threads, versions, folders; one row: ROWS=oldest
	@$(BIN)/python tools/matrix.py $(ROWS)

bench: build/bench/.ready  ## time the network beside PyTorch, JAX, autograd and the least possible; QUICK=--quick for a minute
	@build/bench/bin/python tools/bench.py $(QUICK)

build/bench/.ready: requirements.txt tools/requirements-bench.txt
	@$(PYTHON) -m venv build/bench
	@echo "Installing tools/requirements-bench.txt into build/bench, once."
	@build/bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r tools/requirements-bench.txt
	@touch $@

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build

$(READY): requirements.txt pyproject.toml $(ANEW)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, and $(PYTHON) is " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	@test -w . || { echo "The folder $(CURDIR) cannot be written to; copy it to one that can."; exit 1; }
	@test -z "$(ANEW)" || $(PYTHON) -c 'import ensurepip' || { echo "On Debian and Ubuntu, the package python3-venv is needed for this."; exit 1; }
	@test -z "$(ANEW)" || $(PYTHON) -m venv --clear $(VENV) || { echo "The environment could not be made; is there room on the disk?"; exit 1; }
	@echo "Installing the requirements into $(VENV), once; this takes a minute."
	@$(INSTALL) -r requirements.txt || { echo "$(FAILED)"; exit 1; }
	@echo "$(CURDIR)" >$@

.PHONY: anew

$(EXTRA): $(READY) tools/requirements-extra.txt
	@echo "Installing tools/requirements-extra.txt into $(VENV), once."
	@$(INSTALL) -r tools/requirements-extra.txt || { echo "$(FAILED)"; exit 1; }
	@touch $@

build/book/.ready: tools/requirements-book.txt
	@$(PYTHON) -m venv --clear build/book
	@echo "Installing tools/requirements-book.txt into build/book, once."
	@build/book/bin/python -m pip install --quiet --disable-pip-version-check -r tools/requirements-book.txt || { echo "$(FAILED)"; exit 1; }
	@touch $@
