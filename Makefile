# Two commands: `make report` and `make test`. Each sets up what it needs (Python 3.11 or newer).
# Without make, the same verbs: python3 .ci/bootstrap.py report

PYTHON ?= python3

.PHONY: help report test samples bench beside repeated scale fuzz setup lock clean
.NOTPARALLEL:

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile

report: ## evaluate the Maryland trial into build/maryland
	@"$(PYTHON)" .ci/bootstrap.py report

test: ## check formatting, style and types; run every test, doctest and notebook
	@"$(PYTHON)" .ci/bootstrap.py test

samples: ## evaluate every trial in data/sample into reports/
	@"$(PYTHON)" .ci/bootstrap.py samples

bench: ## time whole processes, ten million events, and our numerics beside R: make bench DATE=2026-11-23
	@"$(PYTHON)" .ci/bootstrap.py bench $(if $(DATE),--date "$(DATE)")
	@"$(PYTHON)" .ci/bootstrap.py scale $(if $(FOLDER),--folder "$(FOLDER)") $(if $(DATE),--date "$(DATE)")
	@"$(PYTHON)" .ci/bootstrap.py beside $(if $(DATE),--date "$(DATE)")

beside: ## time our numerics beside R's, which must be installed: make beside DATE=2026-11-23
	@"$(PYTHON)" .ci/bootstrap.py beside $(if $(DATE),--date "$(DATE)")

repeated: ## time mean counts of repeated events beside R's, which must be installed: make repeated DATE=2026-11-23
	@"$(PYTHON)" .ci/bootstrap.py repeated $(if $(DATE),--date "$(DATE)")

scale: ## only the ten million events: make scale FOLDER=/tmp/register DATE=2026-11-23
	@"$(PYTHON)" .ci/bootstrap.py scale $(if $(FOLDER),--folder "$(FOLDER)") $(if $(DATE),--date "$(DATE)")

fuzz: ## look for inputs that break the readers: make fuzz DATE=2026-11-23 MINUTES=30
	@"$(PYTHON)" .ci/bootstrap.py fuzz $(if $(DATE),--date "$(DATE)") $(if $(MINUTES),--minutes "$(MINUTES)")

setup: ## make or mend .venv: make setup EXTRAS=notebooks
	@"$(PYTHON)" .ci/bootstrap.py setup --extras "$(EXTRAS)"

lock: ## choose the versions of all dependencies afresh
	@"$(PYTHON)" .ci/lock.py

clean: ## remove build/ and caches, but not .venv
	@"$(PYTHON)" .ci/bootstrap.py clean
