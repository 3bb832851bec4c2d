# make serve: the help center at http://127.0.0.1:8000     make test: everything that decides what lands
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PORT ?= 8000
SPEED_ARTICLES ?= $(firstword $(wildcard ../shared/corpora/ms_exchange/md) articles)
TEST_PROCESSES ?= 4  # more than cores: servers and browsers keep tests waiting most of the time
LOOPS := $(wildcard kb/search/*.pxd)
CORPORA ?= $(wildcard ../shared/corpora/*/)

.PHONY: serve test check lint audit lock messages clean

serve: .venv/serves
	@$(BIN)/kb serve --port $(PORT)

test: .venv/tests lint
	@$(BIN)/python -m compileall -q kb webapp  # once, not in each of the hundreds of processes that tests start
	$(BIN)/kb check --strict
	$(BIN)/python -m pytest -m "not alone" --numprocesses $(TEST_PROCESSES) --dist loadfile
	$(BIN)/python -m pytest -m alone

lint: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The packages in the lock files, verified by hash, and the search's inner loops compiled if there is a compiler;
# made again when a lock file or a loop changes.
.venv/serves: requirements.lock pyproject.toml hatch_build.py $(LOOPS) $(LOOPS:.pxd=.py)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	@echo "Installing into .venv (once) …"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tests: .venv/serves requirements-test.lock
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --require-hashes -r requirements-test.lock
	-@$(BIN)/python -m tests.compiler
	@$(BIN)/python -m tests.browser.chromium
	-@$(BIN)/python -m tests.browser.axe
	-@$(BIN)/python -m tests.html5
	@touch $@

# How good and how fast the search is beside others, on this help center and on CORPORA, where there are any.
audit: .venv/bench
	@$(BIN)/python -m tests.bench.quality . $(CORPORA)
	@$(BIN)/python -m tests.bench.held_out $(CORPORA)
	-@$(BIN)/python -m tests.bench.lighthouse
	@$(BIN)/python -m tests.bench.parity . $(CORPORA)
	@$(BIN)/python -m tests.bench.offline . $(CORPORA)
	@$(BIN)/python -m tests.bench.search --articles $(SPEED_ARTICLES)
	@$(BIN)/python -m tests.bench.incremental --articles $(SPEED_ARTICLES)
	-@$(BIN)/python -m tests.bench.serve --articles $(SPEED_ARTICLES)
	@$(BIN)/python -m tests.bench.export $(SPEED_ARTICLES)
	@KB_API_EXAMPLES=300 KB_FORM_EXAMPLES=10000 $(BIN)/python -m pytest tests/webapp/test_openapi.py tests/webapp/requests/test_hostile.py

.venv/bench: .venv/tests requirements-bench.lock
	@echo "Installing what the benchmarks need (once) …"
	@$(PIP) install --require-hashes -r requirements-bench.lock
	@touch $@

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--group build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--group build --group test --extra evaluate -c requirements.lock pyproject.toml -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--group bench -c requirements-test.lock -o requirements-bench.lock

# Every text of the pages, for translators: seeds/README.md says how a language is added.
messages: .venv/serves
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords "translate lazy_gettext" \
		--project kb-helpcenter --output-file build/messages.pot kb webapp
	@echo "build/messages.pot"

# What customers have sent, in .kb/helpcenter.sqlite, stays.
clean:
	rm -rf .venv .kb/index .kb/trees .kb/writing .kb/files.sqlite .kb/pages.pickle .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
