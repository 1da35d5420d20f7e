# The Mayor's Mailbox. `make help` lists what can be done.
# Everything lives in .venv; nothing is installed elsewhere but Chromium, for the browser tests.

BIN := .venv/bin
HANDS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))# one more than cores: a test that waits leaves its core to others
RULES := mailbox_service/tickets/life/*,mailbox_service/tickets/rights.py,mailbox_service/tickets/deadlines.py,mailbox_service/city/workdays.py

# Each process would compile every module anew: a third of a second, for some hundred processes that tests begin.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo demo-reset test a11y pictures lint bench bench-staff bench-seed bench-figures bench-mail coverage mutate locks catalogues revision

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Install the Mailbox into .venv (the second time needs no network and no time)

setup-dev: .venv/.ready-dev ## Install what the tests and checks need, too

.venv/.ready: requirements.lock pyproject.toml
	@tools/install requirements.lock
	@touch $@

.venv/.ready-dev: requirements-dev.lock pyproject.toml
	@tools/install requirements-dev.lock
	@touch $@ .venv/.ready

demo: setup ## Run a city with 2,700 invented letters; prints where to look and whom to sign in as
	@$(BIN)/mailbox demo

demo-reset: setup ## Throw the demonstration's data away; the next `make demo` begins anew
	@$(BIN)/mailbox demo --reset

test: setup-dev ## Run every test, on all cores: rules first, with all their lines and branches, then the rest
	@tools/bring-browser
	$(BIN)/pytest tests/rules -n $(HANDS) --dist loadfile --no-loadscope-reorder --durations=10 --cov --cov-report=
	$(BIN)/coverage report --include='$(RULES)' --show-missing --fail-under=100
	$(BIN)/pytest --ignore=tests/rules -n $(HANDS) --dist loadfile --no-loadscope-reorder --durations=10

a11y: setup-dev ## Look at every public page, state, language, text size and colour scheme in a browser (long)
	@tools/bring-browser
	$(BIN)/pytest -q -n 2 tests/browser/a11y.py

pictures: setup-dev ## Take a picture of every public page and state, in every language at three widths, into build/pictures
	@tools/bring-browser
	$(BIN)/pytest -q tests/browser/pictures.py

lint: setup-dev ## Check style, types, who imports whom, and the catalogues
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house/test_catalogues.py tests/house/test_by_hand.py tests/house/test_wording.py tests/house/test_lengths.py

catalogues: setup-dev ## Check that every sentence stands in all four languages
	$(BIN)/pytest -q tests/house/test_catalogues.py tests/house/test_by_hand.py tests/house/test_wording.py

bench: setup-dev ## Measure speed and print the figures of docs/running.md
	$(BIN)/python -m benchmarks

bench-staff: setup-dev ## Measure staff pages with 1,000 and 100,000 letters (half an hour; SQLite's cities are kept in .bench)
	$(BIN)/python -m benchmarks.staff_pages

bench-seed: setup-dev ## Measure how fast `mailbox seed --letters` fills a city (a quarter of an hour on a quiet machine; 25 GB in .bench meanwhile)
	$(BIN)/python -m benchmarks.seed

bench-figures: setup-dev ## Measure the pages of figures with 1,000 and 1,000,000 letters (two hours; SQLite's cities are kept in .bench)
	$(BIN)/python -m benchmarks.figures_pages

bench-mail: setup-dev ## Measure how fast a thousand notices leave, beside a bare loop to the same server
	$(BIN)/python -m benchmarks.mails

coverage: setup-dev ## Measure which lines and branches of the whole service the tests reach
	@tools/bring-browser
	$(BIN)/pytest -n $(HANDS) --dist loadfile --cov --cov-report=term-missing:skip-covered

mutate: setup-dev ## Change the rules in small ways and see whether a test notices (long; not part of CI)
	$(BIN)/python tools/mutate.py

revision: setup-dev ## Draft a migration from the tables: make revision name=add_rating
	$(BIN)/python tools/new_revision.py "$(name)"
	@$(BIN)/ruff format --quiet mailbox_service/migrations/versions
	@$(BIN)/ruff check --quiet --fix mailbox_service/migrations/versions

locks: ## Choose the newest versions that pyproject.toml allows, and pin them
	tools/lock
