# Every target works on a fresh clone: the ones that need tools depend on `dev`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.made-from-requirements
# Newer versions: make requirements UV_FLAGS='--upgrade --exclude-newer "7 days"'
UV_FLAGS ?=
COMPILE_FLAGS = --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make requirements" $(UV_FLAGS)
COMPILE = $(BIN)/uv pip compile pyproject.toml $(COMPILE_FLAGS)
PEERS_COMPILE = $(BIN)/uv pip compile --group peers $(COMPILE_FLAGS)
BROWSER_FILES := volunteer_credit/web/static/npm/qr/decode.js
PEERS := .venv-peers/.made-from-requirements
# One more than there are processors: browsers and servers keep a test waiting.
WORKERS = $$(( $$(nproc) + 1 ))

.DEFAULT_GOAL := help
.PHONY: help dev run story pictures foreign browser test check fix bench untraced soak \
	requirements clean

help: ## List the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

dev: $(STAMP) $(BROWSER_FILES) ## Make .venv with the pinned tools; nothing when it is up to date
	@:

$(STAMP): requirements-dev.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv;' \
		'on macOS: brew install python. If it is there: make PYTHON=/path/to/python3.11' >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make a venv. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making .venv'
	@"$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-dev.txt
	@touch $@

# Without them all works but the camera of some browsers; the script has said so.
$(BROWSER_FILES): package-lock.json scripts/get-browser-files.sh
	@scripts/get-browser-files.sh || true

run: dev ## Serve a demonstration; FRESH=1 begins anew, LAN=1 is for phones nearby
	@$(BIN)/python -m volunteer_credit demo $(if $(FRESH),--fresh) $(if $(LAN),--lan)

pictures: dev browser ## Take the tour's eight pictures anew (docs/tour)
	@$(BIN)/python -m tests.tour.pictures docs/tour

story: dev ## Tell a community's whole Saturday over HTTP, on SQLite and PostgreSQL
	@$(BIN)/python -m tests.stories.saturday sqlite postgresql

foreign: ## Install the verifiers of others that the tests use (Go, hledger)
	@scripts/install-foreign.sh

browser: ## Install the browser that the tests drive (Chromium, with Chinese signs)
	@scripts/install-browser.sh

test: check foreign browser ## Run all that the build runs: checks, tests, coverage floors
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest --quiet --numprocesses $(WORKERS) --dist worksteal \
		--cov --cov-report=
	@$(BIN)/coverage report --include='ledger/*' --fail-under=100

check: dev ## Check format, lint, types and import directions
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --strict --no-error-summary
	@$(BIN)/lint-imports --no-logo

fix: dev ## Mend what can be mended: lint first, then format
	@$(BIN)/ruff check --quiet --fix
	@$(BIN)/ruff format --quiet

$(PEERS): requirements-peers.txt
	@"$(PYTHON)" -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-peers.txt
	@touch $@

bench: dev $(PEERS) ## Measure the book and the journal, beside bare work and beside peers
	@$(BIN)/python -m benchmarks

untraced: dev foreign browser ## Choose the long tests that need no coverage (tests/untraced.txt)
	@: > tests/untraced.txt
	@mkdir -p build
	@$(BIN)/pytest --quiet --numprocesses auto --dist worksteal --cov --cov-report= \
		--cov-fail-under=0 --cov-context=test -o junit_family=xunit1 --junitxml=build/tests.xml
	@$(BIN)/python -m tests.untraced .coverage build/tests.xml

soak: dev ## Run the tests that take minutes
	@HYPOTHESIS_PROFILE=soak $(BIN)/pytest --numprocesses auto -m soak

requirements: dev ## Write what is pinned again from pyproject.toml and package.json
	@$(COMPILE) --output-file requirements.txt
	@$(COMPILE) --group test --group check --constraint requirements.txt \
		--output-file requirements-dev.txt
	@$(PEERS_COMPILE) --output-file requirements-peers.txt
	@npm install --silent --package-lock-only --omit-lockfile-registry-resolved

clean: ## Remove .venv and everything that tools leave behind
	@rm -rf .venv .venv-peers .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache build dist volunteer_credit/web/static/npm
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
