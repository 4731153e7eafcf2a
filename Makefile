# `make chat` and `make test` set everything up by themselves, from an empty clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check
# A pip of 25.1 or newer shows how far the installing is, which takes as long as the fetching.
SETTING_UP := Setting up in $(VENV), once and for some minutes: PyTorch, Transformers, ONNX Runtime, \
the libraries of Discord and Slack, and what those need: 2.1 GB, or several more where PyTorch \
comes with what graphics cards need. What is fetched and installed is shown as it goes.

.PHONY: chat run test test-scale test-figures test-browser test-release check bench figures site sbom lock advisories env-example clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

chat: $(VENV)/.chat  ## chat with Tokki in this terminal
	@$(BIN)/tokki chat

run: $(VENV)/.chat  ## serve every platform whose token is set in .env
	@$(BIN)/tokki run

# One worker more than cores, since tests wait for children and platforms as well; more than four take
# more memory than they save time. One that crashes ends the run, for with groups xdist 3.8 waits for
# ever for the one in its place.
WORKERS = $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 3 ? cores + 1 : 4)))
test: $(VENV)/.dev  ## run the tests, side by side on up to four cores
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadgroup --max-worker-restart=0

# A cluster of Ray wants 1.8 GB beside the bots before it, 350 MB of packages and, on two busy cores,
# more minutes than all others together: its tests skip in CI. Beside it a third worker costs more
# than it saves: 12.5 minutes and not 10.5.
test-scale: $(VENV)/$(if $(CI),.dev,.scale)  ## run the tests that start PostgreSQL and a cluster of Ray
	$(BIN)/python -m pytest -m scale --numprocesses=2 --dist=loadgroup \
	  --max-worker-restart=0

# Benchmarks start dozens of processes, and kill some: a tenth of the time of all other tests.
test-figures: $(VENV)/.dev  ## run the benchmarks in small
	$(BIN)/python -m pytest -m figures --numprocesses=logical --maxprocesses=2 \
	  --max-worker-restart=0 tests/benchmarks

test-browser: $(VENV)/.dev  ## run the tests of the pages in Debian's Chromium
	$(INSTALL) --quiet -e '.[browser]'
	$(BIN)/python -m pytest -m browser tests/browser

test-release: $(VENV)/.dev  ## build wheel and sdist, install from the wheel in a fresh environment, and ask it
	$(BIN)/python -m pytest -m release tests/test_release.py

check: $(VENV)/.dev  ## lint, types, import contracts, .env.example in sync
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot.env_example --check
	$(BIN)/python -m benchmarks.serving.pages --check
	$(BIN)/python -m benchmarks.figures --check

bench: $(VENV)/.chat  ## measure the engine beside the bots of tutorials; writes its page in docs/figures/performance
	$(BIN)/python -m benchmarks.serving --write $(BENCH)

figures: $(VENV)/.dev  ## measure everything anew, in some hours; writes docs/figures
	$(BIN)/python -m benchmarks.figures $(FIGURES)

site: $(VENV)/.dev  ## build the documentation as a site, in build/site
	$(INSTALL) --quiet -e '.[docs]'
	$(BIN)/python -m docs.site

sbom: $(VENV)/.chat  ## print what Tokki is made of here, with licences, as CycloneDX
	@$(BIN)/python deploy/bill_of_materials.py

lock: $(VENV)/.chat  ## choose the packages of the container anew, with their hashes
	$(BIN)/python deploy/lock.py

# Once a week: nothing but pip-audit is fetched, into an environment of its own. What PyPI does not
# know is no holes but a failure; the kind of torch for processors has the holes of its version.
advisories:  ## look for known holes in the locked packages (needs pipx and the network)
	@command -v pipx >/dev/null || { echo "This needs pipx: $(PYTHON) -m pip install --user pipx, \
	or your system's package of that name."; exit 1; }
	sed 's/+cpu / /' deploy/requirements.lock \
	  | pipx run pip-audit --strict --require-hashes --disable-pip -r /dev/stdin

env-example: $(VENV)/.dev  ## write .env.example anew from the settings
	$(BIN)/python -m bot.env_example

clean:  ## remove what the set-up made
	rm -rf $(VENV) *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tokki needs Python 3.11 or newer: make chat PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.chat: pyproject.toml | $(VENV)/bin/python
	@echo "$(SETTING_UP)"
	@$(INSTALL) --upgrade --quiet 'pip>=25.1'
	$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "$(SETTING_UP)"
	@$(INSTALL) --upgrade --quiet 'pip>=25.1'
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.chat

$(VENV)/.scale: pyproject.toml | $(VENV)/.dev
	$(INSTALL) -e '.[scale]'
	@touch $@
