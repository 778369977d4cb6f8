# The README's commands: all need only Python 3.10 or newer, and make; each installs what it needs into .venv.
PYTHON ?= python3
# The torch that test-torch installs; TORCH=FILE.whl names another build.
TORCH ?= torch==2.13.0
BIN := .venv/bin
FETCHED := .venv/sarif/schema.json .venv/wheels/made .venv/editors/made

# Modules of the runtime that only a training reaches: not counted where torch is absent.
ONLY_TORCH := trellis_cfg/preview/checkpoint.py,trellis_cfg/training/checkpoints.py,trellis_cfg/training/data.py,trellis_cfg/training/trainer.py
OMITTED = $(shell $(BIN)/python -c 'import torch' 2>/dev/null || echo --omit=$(ONLY_TORCH))

.PHONY: demo quick test test-torch test-lowest static fuzz benchmark generate docs format constraints clean

demo: .venv/program
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/demo.sh

quick: static
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest --numprocesses=auto -q -m 'not slow'

test: static $(FETCHED)
	$(BIN)/pytest --numprocesses=auto --dist=worksteal --cov --cov-report= --cov-fail-under=0
	$(BIN)/coverage report $(OMITTED)

# The same with torch, and the lines that only torch reaches counted.
test-torch: .venv/installed
	$(BIN)/python -m pip install --quiet '$(TORCH)' numpy
	$(MAKE) test

# The same with the lowest versions of the dependencies that pyproject.toml allows.
test-lowest: .venv/installed
	$(BIN)/python -m pip install --quiet $$($(BIN)/python scripts/lowest.py)
	$(MAKE) test

static: .venv/installed
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

# The laws of the document and of users' schemas on twenty times as many examples; 20,000 mutated configs that the models and the
# schema must judge alike; a million mutated files that must be no traceback: a quarter of an hour. FUZZ_SEED=7 makes others.
fuzz: .venv/installed
	HYPOTHESIS_PROFILE=fuzz FUZZ_FILES=1000000 FUZZ_CHECKOUTS=10000 $(BIN)/pytest tests/document tests/fuzz tests/lint/rules/user_schema -q

benchmark: .venv/installed .venv/rivals/installed
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/migrate.py
	$(BIN)/python benchmarks/metadata.py
	$(BIN)/python benchmarks/training.py >/dev/null
	$(BIN)/python benchmarks/signatures.py
	$(BIN)/python benchmarks/server.py

# What is made from the models and the rules, and checked in (a test says when it is stale), and the README's picture.
generate: .venv/installed
	$(BIN)/python scripts/catalog.py
	$(BIN)/trellis-cfg schema --output schemas
	$(BIN)/python scripts/rules.py docs
	$(BIN)/python scripts/commands.py >docs/commands.md
	$(BIN)/python scripts/picture.py docs
	$(BIN)/trellis-cfg preview docs/preview.json --lang en --gpus 8 --dataset-size 168307 --plot docs/preview.svg >/dev/null
	$(BIN)/trellis-cfg preview docs/preview.json --lang en --gpus 8 --dataset-size 168307 --plot docs/preview-dark.svg --dark >/dev/null

# The site, into build/site: from a folder, too, its pages need no network.
docs: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

format: .venv/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The official schema of SARIF, which a test judges by; without it, that test is skipped and says why.
.venv/sarif/schema.json: .venv/installed
	sh scripts/sarif_schema.sh $(@D)

# What editors judge by: the JSON language service of VS Code, and Ajv.
.venv/editors/made: .venv/installed scripts/editors.sh
	sh scripts/editors.sh $(@D)

# Wheels that tests install from: pre-commit's hooks, and empty environments.
.venv/wheels/made: .venv/installed
	sh scripts/wheels.sh $(BIN)/python $(@D)

.venv/program: pyproject.toml
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --constraint constraints.txt
	@touch $@

.venv/installed: .venv/program constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
	touch $@

# Renew the pinned versions of what the project is developed with.
constraints: .venv/program
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --no-annotate --no-header --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml --output-file constraints.txt

# What check is compared with: Python programs, and one of the npm registry.
.venv/rivals/installed: benchmarks/rivals.txt
	$(PYTHON) -m venv .venv/rivals
	.venv/rivals/bin/python -m pip install --quiet --requirement benchmarks/rivals.txt
	npm install --silent --no-save --prefix .venv/rivals @sourcemeta/jsonschema@16.11.0
	touch $@

clean:
	rm -rf .venv build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
