# Each target makes .venv and installs what it needs; the stamps in .venv make a second call fast.
# PYTHON=... picks the interpreter, pip and npm follow the user's own configuration.

.PHONY: lab test docs bench build-frontend lint wheel-check clean
.DELETE_ON_ERROR:

BIN := .venv/bin
NPM_STAMP := node_modules/.stamp
NODE := $(shell node -p "parseInt(process.versions.node) >= 20 || ''" 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# LAB_OPTIONS=--no-browser and the like go to JupyterLab, which wants to be told that being root is meant.
lab: .venv/.lab
	@[ "$$(id -u)" != 0 ] || set -- --allow-root; $(BIN)/jupyter lab "$$@" $(LAB_OPTIONS) notebooks/00-tour.ipynb

# Front-end unit tests first, so that pytest's summary is the last thing printed; both run whatever the other says.
test: .venv/.test .venv/.browser $(if $(NODE),$(NPM_STAMP))
	@status=0; \
	if [ "$(NODE)" ]; then npm run --silent test || status=1; \
	else echo "Node.js 20 or newer is not installed: the front-end unit tests are left out."; fi; \
	$(BIN)/python -m pytest || status=1; \
	exit $$status

# Notebooks are executed once, and again when they or emwidgets have changed; make docs DOCS_OPTIONS="-D tutorials_execute=0"
# builds without their outputs. -W: a broken link or a public name without its place in the reference is an error.
docs: .venv/.docs
	$(BIN)/python -m sphinx -W --keep-going $(DOCS_OPTIONS) -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

bench: .venv/.test .venv/.browser
	@for script in benchmarks/[a-z]*.py; do $(BIN)/python "$$script" || exit 1; done

build-frontend: $(NPM_STAMP)
	npm run --silent build

lint: .venv/.test $(if $(NODE),$(NPM_STAMP))
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	if [ "$(NODE)" ]; then npm run --silent check || status=1; fi; \
	exit $$status

wheel-check: .venv/.python
	$(BIN)/python tests/wheel/check_wheel.py

clean:
	rm -rf .venv node_modules docs/_build docs/tutorials/*.ipynb

# The first Python from 3.11 to 3.13 that can make environments. Debian keeps that ability (ensurepip) in a package of its own.
FIND_PYTHON = for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	"$$python" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& break; python=; done

.venv/.python:
	@$(FIND_PYTHON); \
	if [ -z "$$python$(PYTHON)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3-venv; $(FIND_PYTHON); fi; \
	if [ -z "$$python" ]; then \
		echo "emwidgets needs Python 3.11, 3.12 or 3.13 with venv (Debian and Ubuntu: apt install python3-venv);" \
		"name one with: make PYTHON=/path/to/python" >&2; exit 1; fi; \
	"$$python" -m venv .venv
	@touch $@

.venv/.lab .venv/.test .venv/.docs: .venv/.%: pyproject.toml .venv/.python
	@echo "Installing emwidgets[$*] into .venv (minutes the first time)"
	$(BIN)/python -m pip install -qq --editable '.[$*]'
	@touch $@

# The browser for tests/browser: Debian's as root, else Playwright's own. A bare container lacks libatomic, too, which the
# Node.js inside Playwright wants.
.venv/.browser: .venv/.test
	@missing=; \
	[ -x /usr/bin/chromium ] || missing="chromium fonts-dejavu-core"; \
	$(BIN)/playwright --version >/dev/null 2>&1 || missing="$$missing libatomic1"; \
	if [ "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; fi; \
	[ -x /usr/bin/chromium ] || $(BIN)/playwright install chromium
	@touch $@

$(NPM_STAMP): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
