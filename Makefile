# Every verb of the house. `make` alone lists them.
# ARGS are passed on: make test ARGS="-k locate", make run ARGS="--help".

SHELL = /bin/sh
bootstrap = sh scripts/bootstrap.sh

.PHONY: help run test check format types lock bench fresh stop status clean
.DEFAULT_GOAL = help

help: ## list the verbs
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r verb does; do \
	    printf '%-14s %s\n' "$$verb" "$$does"; done

run: ## install what is missing, then serve on http://127.0.0.1:8000/ until Ctrl-C
	@$(bootstrap) run $(ARGS)

test: ## install what is missing to test, check, then run every test
	@$(bootstrap) test $(ARGS)

check: ## lint, formats, types, import rules; the front end's too, with its unit tests
	@$(bootstrap) check

format: ## put Python and the front end in the house's format
	@$(bootstrap) format

types: ## write docs/openapi.json, and the front end's types from it
	@$(bootstrap) types

lock: ## resolve the dependencies anew; ARGS="--upgrade" takes newer ones
	@$(bootstrap) lock $(ARGS)

bench: ## measure what the project promises to be quick at, against a peer in the same run
	@$(bootstrap) setup
	@.venv/bin/gridgis bench $(ARGS)

fresh: ## `make run` and `make test` in a bare Debian, as root and as a plain user (needs root)
	@sh scripts/fresh.sh $(ARGS)

stop: ## stop the private database, if it was left running
	@python3 -m layers.cluster stop

status: ## say whether the private database runs
	@python3 -m layers.cluster status || :

clean: ## delete what was installed and built here; the data stay
	rm -rf .venv .venv-node .venv-lock web/map/node_modules web/map/dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
