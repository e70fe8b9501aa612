# Two commands do everything from a bare checkout: `make course` and `make test`. `make help` lists the parts.

PYTHON ?= python3
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export TF_CPP_MIN_LOG_LEVEL := 3
# Some containers set it; then each of the tests' hundreds of processes compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

STAMPS := _build/stamps
SITE := _build/html/index.html
DEMO := _build/demo/grades.csv
ENVIRONMENT := .venv/installed
RELEASED := $(STAMPS)/released
PACKAGE := $(shell find autograder -name '*.py' -not -path '*/tests/*') nbgrader_config.py
IN_PAGE := autograder/in_page.py $(wildcard autograder/check/*.py) $(filter-out %/oracle.py,$(wildcard autograder/chapters/*.py autograder/chapters/*/*.py))
ASKED := $(wildcard autograder/chapters/*/cases.py autograder/chapters/*/questions.py)
PAGES := _config.yml _toc.yml pyproject.toml $(IN_PAGE) \
  $(shell find book notebooks -type f -not -path '*/.ipynb_checkpoints/*' -not -path '*/__pycache__/*')

# The PDF is printed by Chromium, which `make course` does without. This file says which one is there; it changes, and so
# the book is made anew, when one was installed since.
PRINTER := $(STAMPS)/printer

NARRATIVES := $(wildcard notebooks/*.ipynb notebooks/going_further/*.ipynb)
URL ?=
IMAGE ?= padding-strides-pooling
ASSIGNMENT ?=

.PHONY: course quick test help system environment site notebooks exercises checker release demo term pictures \
  hub address lint requirements colab image slides clean

# The demo waits for endless loops to be stopped, so it is made beside the site. Where no sandbox can be made (status 3),
# the rest is of use without it; `make demo` itself fails there.
course: system  ## everything: environment, site, released exercises, a demo class graded
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line site demo WITHOUT_SANDBOX='|| [ $$$$? -eq 3 ]'
	@echo
	@echo "The course is ready:"
	@echo "  read      _build/html/index.html"
	@echo "  run       .venv/bin/jupyter lab notebooks"
	@echo "  solve     notebooks/exercises/"
	@[ ! -e $(DEMO) ] || echo "  look at   $(DEMO), _build/demo/feedback/dora/01_why_padding/01_why_padding.html"
	@echo "  teach     in an afternoon: _build/html/book/instructors_guide.html"

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1 \t/p' $(MAKEFILE_LIST) | expand -t 14

# What is needed follows from all goals at once: `make course test` installs what the tests need before the first step.
system:
	@.ci/system-packages $(or $(filter test hub pictures,$(MAKECMDGOALS)),course)

environment: $(ENVIRONMENT)  ## .venv with exactly what requirements.txt names

$(ENVIRONMENT): requirements.txt pyproject.toml | system
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(f"Python 3.11 or newer is needed. $(PYTHON) is {v.major}.{v.minor}; try make PYTHON=python3.12" if v < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.txt
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

site: $(SITE)  ## the website, strictly: a warning fails; with the book as PDF (if there is a Chromium), ePub and zip

# A page that was read before would not be warned of again: strict means from the beginning.
$(SITE): $(PAGES) $(ENVIRONMENT) $(PRINTER) $(RELEASED)
	rm -rf _build/html _build/.doctrees
	python book/build.py || { rm -rf _build/html; exit 1; }
	@touch $@

$(PRINTER): always | $(ENVIRONMENT)
	@mkdir -p $(STAMPS)
	@python book/build.py --printer >$@.now
	@cmp --silent $@.now $@ || cp $@.now $@

.PHONY: always

notebooks: $(ENVIRONMENT)  ## run the chapters, store their outputs and what they were run with
	python book/execute.py

hub: $(ENVIRONMENT)  ## a JupyterHub on 127.0.0.1:8000 for trying the course with several users (needs root)
	python -m autograder hub

exercises: $(RELEASED)  ## notebooks/exercises/ from solutions/

checker: $(ENVIRONMENT)  ## the wheel that an exercise installs where there is no course, in _build/checker
	@python -m autograder checker

release: $(ENVIRONMENT)  ## for students, into the gradebook; make release ASSIGNMENT=02_strides hands out that one alone
	@python book/address.py --known
	@python -m autograder checker --stamp
	@python -m autograder numbers $(ASSIGNMENT)
	@$(MAKE) --no-print-directory exercises
	@mkdir -p classroom
	@rm -rf $(patsubst solutions/%,notebooks/exercises/%,$(wildcard solutions/$(or $(ASSIGNMENT),*)))
	nbgrader generate_assignment '$(or $(ASSIGNMENT),*)' --force --Application.log_level=WARN
	@chmod -R a+rX notebooks/exercises

# One command for all: nbgrader takes more than a second to start. What has not changed is written again as it was. The
# gradebook gets no assignment here: it holds what was handed out, see `make release`.
$(RELEASED): $(wildcard solutions/*/*.ipynb) $(ASKED) nbgrader_config.py $(ENVIRONMENT)
	@mkdir -p classroom $(STAMPS)
	@python -m autograder points >/dev/null
	@rm -rf $(patsubst solutions/%,notebooks/exercises/%,$(wildcard solutions/*))  # else a warning for each
	nbgrader generate_assignment '*' --no-db --force --Application.log_level=WARN
	@chmod -R a+rX notebooks/exercises  # nbgrader_config.py makes files private; these are for everybody
	@touch $@

demo: $(DEMO)  ## a made-up class, graded in _build/demo

$(DEMO): $(PACKAGE) $(RELEASED)
	python -m autograder demo $(WITHOUT_SANDBOX)

term: $(ENVIRONMENT)  ## a whole term with several users and nbgrader's exchange in _build/term, every mark asserted (needs root)
	python -m autograder.workshop.term

pictures: $(SITE) $(DEMO)  ## the pictures of README and guide, anew; needs Chromium
	python book/pictures.py
	GUIDE_PICTURES=1 pytest --quiet autograder/tests/days/test_days.py

address: $(ENVIRONMENT)  ## make address URL=https://github.com/you/your-course stamps the repository's address everywhere
	python book/address.py "$(URL)"
	@python -m autograder checker --stamp
	@$(MAKE) --no-print-directory exercises

# Asked for by name only: a `git pull` may leave pyproject.toml newer than what it names, and nobody needs uv for that.
requirements:  ## pin what pyproject.toml, .binder and .ci/colab.in name, with hashes (needs uv); commit the result
	uv pip compile --universal --python-version 3.11 --all-extras --generate-hashes --quiet pyproject.toml --output-file requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet .binder/requirements.in --constraint requirements.txt \
	  --output-file .binder/requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet .ci/colab.in --output-file .ci/colab.txt

# The versions of a host that the course's readers meet and that lag behind ours.
colab: $(ENVIRONMENT) _build/colab/installed  ## run the chapters with the versions that Google Colab had in August 2026
	JUPYTER_PATH=$(CURDIR)/_build/colab/share/jupyter pytest --quiet $(NBVAL) --nbval-lax --nbval-kernel-name colab $(NARRATIVES) \
	  --nbval-cell-timeout=300

_build/colab/installed: .ci/colab.txt
	rm -rf _build/colab && $(PYTHON) -m venv _build/colab
	_build/colab/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	_build/colab/bin/python -m ipykernel install --prefix _build/colab --name colab
	@touch $@

lint: $(ENVIRONMENT)  ## ruff and mypy for Python, oxlint for JavaScript
	ruff check
	ruff format --check
	mypy
	oxlint

PYTEST := pytest --quiet --numprocesses 2 --dist loadfile --no-loadscope-reorder
NBVAL := -p autograder.tests.nbval_patience

# A stated core of the tests: every room's doctests, right and wrong solutions, how they are told, a submission judged in
# its sandbox, what is released. Without TensorFlow, the site, a browser, servers, whole classes and mutants.
CORE := $(filter-out %/tests/,$(dir $(wildcard autograder/*/__init__.py))) book $(patsubst %, \
  autograder/tests/test_%.py,call check diagnose exercises judge outputs_and_html release repository restore similar template wire)

quick: lint  ## lint and a core of the tests, in a minute and a half; see CORE in the Makefile
	$(PYTEST) --ignore-glob '*/oracle.py' --ignore autograder/workshop/record.py $(CORE)

# Three at a time, for two cores: the tests of the code, the site, the notebooks. None keeps a core busy for each of its
# processes: they wait for servers and limits, for a browser, for one notebook after the other. What takes longest begins.
test: exercises  ## everything CI runs
	$(MAKE) --no-print-directory --jobs 3 --output-sync=line test-code test-site lint test-notebooks

.PHONY: test-code test-notebooks test-site
test-code: $(ENVIRONMENT)
	$(PYTEST) --numprocesses 3 --ignore autograder/tests/site

test-notebooks: $(ENVIRONMENT)
	pytest --quiet $(NBVAL) -p autograder.tests.alone --nbval $(NARRATIVES) --nbval-cell-timeout=300
	$(PYTEST) $(NBVAL) --nbval-lax solutions notebooks/exercises --nbval-cell-timeout=60

test-site: site
	$(PYTEST) autograder/tests/site

slides: $(SITE)  ## slides for class, made of the chapters' questions, figures and summaries, in _build/slides
	python book/slides.py

# Only what is committed goes in: no classroom, no environment of this machine.
image:  ## a container image with the course and its environment, made by docker or podman
	git archive HEAD | $(or $(shell command -v docker || command -v podman),docker) build --tag $(IMAGE) --file .ci/Dockerfile -

clean:  ## removes what can be made again; never classroom/
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis *.egg-info
