# The portal's commands. make run and make test need nothing but Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help install run reset shell test check bench mutate

# The first Python of the machine that is new enough; or choose one: make run PYTHON=/opt/python3.13/bin/python3
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && exit; done; command -v python3)
PORT ?= $(WEB_PORT)
ARGS ?=
VENV := .venv/bin/python

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

install: ## make .venv and install the lock into it (the other commands do it by themselves)
	@if [ -z "$(PYTHON)" ]; then echo "There is no Python here: install Python 3.11 or newer." >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "The portal needs Python 3.11 or newer and $(PYTHON) is older or missing: install it, or name one with PYTHON=..." >&2; \
	exit 1; }
	@$(PYTHON) services/bootstrap.py

run: install ## start the portal: make run PORT=8010 for another port; Ctrl-C stops it
	@WEB_PORT="$(PORT)" $(VENV) -m services run

reset: install ## delete the local data, so that make run starts afresh
	@$(VENV) -m services reset

shell: install ## a Django shell on the portal that runs
	@$(VENV) -m services shell

test: install ## run the tests, the browser tests included: make test ARGS="tests/members -k audience"
	@$(VENV) -m services test $(ARGS)

check: install ## ruff, mypy, import order, templates, migrations, catalogues, deployment settings
	@$(VENV) -m services check

bench: install ## measure the portal against its floor
	@$(VENV) -m bench $(ARGS)

mutate: install ## mutation testing of the rules (docs/mutation.md): make mutate ARGS="members/audience --minutes 20"
	@$(VENV) -m tools.mutate $(ARGS)
