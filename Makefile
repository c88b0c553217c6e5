# See README.md. What each command does is in scripts/ and config/run.py; the recipes only call them.
PYTHON ?= python3
PY = .venv/bin/python
ARGS ?=

.PHONY: run setup test check bench lock audit fix

run: ## Everything on 127.0.0.1:8000 (PORT= moves it); one Ctrl-C ends it all
	@$(PYTHON) scripts/setup.py run && exec $(PY) -m config.run

setup: ## Only install what is missing
	@$(PYTHON) scripts/setup.py run

test: ## Every test (ARGS= narrows it down)
	@$(PYTHON) scripts/setup.py test && exec $(PY) -m pytest -n 2 $(ARGS)

check: ## Format, lint, types, import contracts, templates, migrations, dependencies, security
	@$(PYTHON) scripts/setup.py check && exec $(PY) scripts/check.py

bench: ## The benchmarks, into bench/results/
	@$(PYTHON) scripts/setup.py bench && exec $(PY) scripts/bench.py

fix: ## Format, and what the linter can mend itself
	@$(PYTHON) scripts/setup.py check && $(PY) -m ruff check --fix . && $(PY) -m ruff format .

lock: ## Resolve pyproject.toml's pins into the lock files, with hashes
	@$(PYTHON) scripts/setup.py check && exec $(PY) scripts/lock.py

audit: ## Known vulnerabilities in the locked packages; asks services on the internet
	@$(PYTHON) scripts/setup.py check && exec $(PY) scripts/audit.py
