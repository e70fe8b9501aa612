"""Try it here: functions that are written and checked in a page, without a server.

On an exercise's page, which is the released notebook, an editor takes the place of the cells in which a function is
written and checked. A chapter has one of these functions in a section before its self-test; `book/try_it.yml` says
which. Next to the scripts of `book/_static/try_it/` this extension writes two kinds of script that are loaded when the
reader first presses a button: MicroPython (from `book/_vendor/`), and the cases of a function (from `autograder`).
"""

import base64
import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from kaggle_button import kaggle_url
from self_tests import inline
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from autograder.chapters import ASSIGNMENTS, EXERCISES
from autograder.chapters.model import Behaviour
from autograder.in_page import behaviours, comparable, in_lists, in_page, starter

BOOK = Path(__file__).parents[1]
VENDOR = BOOK / "_vendor" / "micropython"
SCRIPTS = BOOK / "_static" / "try_it"
TITLE = "Try it here"
BEFORE = "Self-test"  # the section that this one comes before
START = (
    "<strong>You can solve this exercise in this page.</strong> Below each statement stands an editor: write the "
    "function, press <em>Run and check</em>, and read what it earns and what went wrong. It checks the notebook's "
    "cases, with the same sentences and hints. It runs a small Python without NumPy, so "
    "<strong>what is called an array is a list here</strong>: <code>image[i][j]</code> is a pixel, "
    "<code>x[i][j][c]</code> a cell of a map, and <code>w[u][v][c][o]</code> a weight. A map of zeros is "
    "<code>[[[0] * C for _ in range(W)] for _ in range(H)]</code>. A function may call those that you wrote above it. "
    "Your answers and points stay in this browser. What is graded is the notebook, which also asks the questions "
    "whose answer is a number or a text, and tries more cases."
)
NOTEBOOK = "How to work in the notebook: what is allowed, what is graded"
WITHOUT_SCRIPT = (
    "With JavaScript, an editor stands here: write the function, press a button, and read which of the points "
    "below it earns and what went wrong. Without it, take the notebook."
)
EXERCISE = re.compile(r"notebooks/exercises/(\w+)/\1")
CHECK = re.compile(r'check\("(\w+)", \1\)')


class TryIt(nodes.General, nodes.Element):
    """The editor of a function in HTML; its children anywhere else, and where a page has no script."""


class Start(nodes.General, nodes.Element):
    """What the page of an exercise says first, in HTML alone; its children, which are about the notebook, it folds."""


@cache
def pages() -> dict[str, dict[str, Any]]:
    """Return {page: {"function", "text"}} of `book/try_it.yml`.

    >>> pages()["notebooks/01_why_padding"]["function"]
    'pad2d'
    """
    return yaml.safe_load((BOOK / "try_it.yml").read_text(encoding="utf-8"))


def assignment(function: str) -> str:
    """Return the assignment that a function belongs to.

    >>> assignment("pad2d")
    '01_why_padding'
    """
    return next(name for name, exercises in ASSIGNMENTS.items() if function in [each.name for each in exercises])


def notebook(assignment: str) -> str:
    """Return the path of an exercise notebook, without its suffix.

    >>> notebook("01_why_padding")
    'notebooks/exercises/01_why_padding/01_why_padding'
    """
    return f"notebooks/exercises/{assignment}/{assignment}"


def services(options: dict[str, Any], path: str) -> dict[str, str]:
    """Return {service: address} that opens a notebook, for the services that `_config.yml` names, and Kaggle.

    Parameters
    ----------
    options : dict
        The theme's: repository_url, repository_branch, launch_buttons.
    path : str
        The notebook's path in the repository.

    Examples
    --------
    >>> options = {"repository_url": "https://github.com/a/b", "repository_branch": "main", "launch_buttons": {}}
    >>> list(services(options, "x.ipynb"))
    ['Kaggle']
    >>> options["launch_buttons"]["binderhub_url"] = "https://mybinder.org"
    >>> services(options, "x.ipynb")["Binder"]
    'https://mybinder.org/v2/gh/a/b/main?urlpath=lab/tree/x.ipynb'
    """
    address, branch = options["repository_url"], options["repository_branch"]
    repository = address.removeprefix("https://github.com/")
    colab, binder = (options["launch_buttons"].get(key) for key in ("colab_url", "binderhub_url"))
    found = {"Colab": f"{colab}/github/{repository}/blob/{branch}/{path}"} if colab else {}
    found["Kaggle"] = kaggle_url(address, branch, path)
    if binder:
        found["Binder"] = f"{binder}/v2/gh/{repository}/{branch}?urlpath=lab/tree/{path}"
    return found


# What stands in the page


def insert(app: Sphinx, doctree: nodes.document) -> None:
    """Put editors into a page that has some."""
    page = app.env.docname
    if page in pages():
        insert_section(doctree, page)
    elif found := EXERCISE.fullmatch(page):
        insert_editors(doctree, found[1])


def insert_section(doctree: nodes.document, page: str) -> None:
    """Put the section into a chapter, before its self-test."""
    place = next(
        (each for each in doctree.findall(nodes.section) if each.next_node(nodes.title).astext() == BEFORE), None
    )
    if place is None:
        raise ValueError(f"{page} is in try_it.yml, so it needs a section {BEFORE!r} to put the exercise before")
    place.parent.insert(place.parent.index(place), section(page))


def insert_editors(doctree: nodes.document, name: str) -> None:
    """Put an editor around the cells in which a function of an exercise is written and checked."""
    whole = doctree.next_node(nodes.section)
    addresses, what, *about_the_notebook = [each for each in whole[1:] if not isinstance(each, nodes.section)]
    whole[1 : len(about_the_notebook) + 3] = [what, Start("", addresses, *about_the_notebook, assignment=name)]
    cells = [cell for cell in doctree.findall(nodes.container) if cell.get("nb_element") == "cell_code"]
    for written, tried in pairwise(cells):
        found = CHECK.fullmatch(tried.astext().strip())
        if found and found[1] in checked():
            editor = TryIt("", function=found[1], anchor=tried.parent["ids"][0])
            tried.parent.replace(written, editor)
            tried.parent.remove(tried)
            editor += [written, tried]


def section(page: str) -> nodes.section:
    """Return the section of a chapter."""
    settings = pages()[page]
    name = settings["function"]
    whole = nodes.section("", nodes.title("", TITLE), ids=["try-it-here"], names=["try it here"])
    whole += nodes.paragraph("", "", *inline(settings["text"]))
    explanation = (
        "It runs in this page, in a small Python without NumPy, so the loops are yours to write. What is checked is "
        "what the notebook checks, as far as lists can show it, with the same sentences for the same mistakes. "
        f"{beyond(name)} The notebook is graded with more cases."
    )
    whole += nodes.paragraph("", "", *inline(explanation))
    whole += TryIt("", function=name, chapter=True)
    return whole


def beyond(name: str) -> str:
    """Return a sentence about what of a function only the notebook asks, "" if there is nothing.

    >>> print(beyond("pad2d"))
    Only the notebook asks whether your function keeps the dtype of the image (2 points): lists have no dtype.
    >>> beyond("translate")
    ''
    """
    kept = behaviours(EXERCISES[name])
    parts = [f"{b.words} ({b.points} points)" for b in EXERCISES[name].behaviours if b not in kept]
    if not parts:
        return ""
    return f"Only the notebook asks whether your function {' and '.join(parts)}: lists have no dtype."


def visit(translator: HTML5Translator, node: TryIt) -> None:
    """Open the editor in a page of the website; elsewhere only go on to the children."""
    if translator.builder.name != "html":
        return
    name = node["function"]
    settings = {
        "name": name,
        "starter": starter(name),
        "points": sum(each.points for each in behaviours(EXERCISES[name])),
        "versions": {each: version(text) for each, text in made([name]).items()},
        "next": following(node),
    }
    translator.body.append(
        f'<div class="try-it" data-settings="{escape(json.dumps(settings))}"><div class="try-it-without">'
    )
    if node.get("chapter"):
        translator.body.append(f"<p>{WITHOUT_SCRIPT}</p></div>{report(name)}{chapter_links(translator, name)}</div>")
        raise nodes.SkipNode


def depart(translator: HTML5Translator, node: TryIt) -> None:
    """Close the editor of an exercise's page, behind the notebook's cells."""
    if translator.builder.name == "html":
        name = node["function"]
        more = f'<p class="try-it-links">{escape(beyond(name))}</p>' if beyond(name) else ""
        translator.body.append(f"</div>{report(name)}{more}</div>")


def following(node: TryIt) -> dict[str, str] | None:
    """Return {"address", "words"} of what comes after a function that is solved, None after the last."""
    home = assignment(node["function"])
    number = list(ASSIGNMENTS).index(home) + 1
    if node.get("chapter"):
        page = notebook(home).removeprefix("notebooks/")
        return {"address": f"{page}.html", "words": f"all functions of exercise {number}"}
    editors = list(node.document.findall(TryIt))
    after = editors[editors.index(node) + 1 :]
    if after:
        return {"address": f"#{after[0]['anchor']}", "words": after[0]["function"]}
    later = list(ASSIGNMENTS)[number:]
    return {"address": f"../{later[0]}/{later[0]}.html", "words": f"exercise {number + 1}"} if later else None


def report(name: str) -> str:
    """Return the list of what is checked, as it stands before anything was."""
    kept, label = behaviours(EXERCISES[name]), f"try-it-total-{name}"
    points = sum(each.points for each in kept)
    return (
        f'<p class="try-it-total" id="{label}"><code>{name}</code>, {points} points here. Your function</p>'
        f'<ul class="try-it-report" aria-labelledby="{label}">{"".join(map(behaviour, kept))}</ul>'
    )


def visit_start(translator: HTML5Translator, node: Start) -> None:
    """Say what the page of an exercise is, and where the notebook is."""
    if translator.builder.name == "html":
        name = node["assignment"]
        options = translator.builder.config.html_theme_options
        translator.body.append(
            f'<div class="try-it-start"><p>{START}</p><p class="try-it-progress"></p>'
            f"<p>As a notebook, with NumPy: {links(options, name, notebook(name))}</p>"
            f"<details><summary>{NOTEBOOK}</summary>"
        )


def depart_start(translator: HTML5Translator, node: Start) -> None:
    """Close what is about the notebook."""
    if translator.builder.name == "html":
        translator.body.append("</details></div>")


def chapter_links(translator: HTML5Translator, name: str) -> str:
    """Return the line below a chapter's editor."""
    home, options = assignment(name), translator.builder.config.html_theme_options
    all_of_them = f'<a href="{notebook(home).removeprefix("notebooks/")}.html">all of its functions, in its page</a>'
    found = links(options, home, f"notebooks/{home}")
    return f'<p class="try-it-links">The whole exercise: {all_of_them}. As a notebook: {found}</p>'


def behaviour(each: Behaviour) -> str:
    """Return one line of the list of what is checked."""
    return (
        f'<li data-points="{each.points}"><span class="try-it-points"><span aria-hidden="true">○</span> {each.points}'
        f'</span><div class="try-it-words">{escape(in_lists(each.words))}</div></li>'
    )


def links(options: dict[str, Any], assignment: str, page: str) -> str:
    """Return the links that open an exercise notebook from a page: services and the download."""
    here, there = posixpath.dirname(page), f"{notebook(assignment)}.ipynb"
    found = services(options, there)
    found["download"] = posixpath.relpath(f"_sources/{there}", here)
    return ", ".join(
        f'<a href="{escape(address)}"{" download" if text == "download" else ""}>{text}</a>'
        for text, address in found.items()
    )


# The scripts


@cache
def checked() -> list[str]:
    """Return the functions that a page can check; of any other the cells stay as they are.

    >>> len(checked())
    31
    """
    return [name for name in EXERCISES if comparable(name)]


def made(names: Iterable[str]) -> dict[str, str]:
    """Return {file: text} of the scripts that a page loads on demand.

    Parameters
    ----------
    names : iterable of str
        The functions that are wanted.
    """
    fixed = {name: (SCRIPTS / name).read_text(encoding="utf-8") for name in ("judge.js", "engine.js")}
    return fixed | {"micropython.js": micropython_script()} | {f"{name}.js": exercise_script(name) for name in names}


def version(text: str) -> str:
    """Return a short word that changes with a script, so that a browser does not keep an old one."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def assigned(name: str, value: Any) -> str:
    """Return a script that adds to the object `TryIt.name`; a script may be loaded from a folder, a JSON file not."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return f"globalThis.TryIt ||= {{}};\nTryIt.{name} = Object.assign(TryIt.{name} || {{}}, {text});\n"


@cache
def exercise_script(name: str) -> str:
    """Return the script that holds the cases of a function."""
    return assigned("exercises", {name: in_page(name)})


@cache
def micropython_script() -> str:
    """Return MicroPython, its licence and the runner as one script, see `book/_vendor/micropython/README.md`."""
    package = json.loads((VENDOR / "package.json").read_text(encoding="utf-8"))
    packed = gzip.compress((VENDOR / "micropython.wasm").read_bytes(), mtime=0)
    licence = (VENDOR / "LICENSE").read_text(encoding="utf-8")
    return f"/* MicroPython {package['version']}\n\n{licence}*/\n" + assigned(
        "micropython",
        {
            "version": package["version"],
            "source": classic((VENDOR / "micropython.mjs").read_text(encoding="utf-8")),
            "packed": base64.b64encode(packed).decode(),
            "runner": (BOOK / "_ext" / "try_it_runner.py").read_text(encoding="utf-8"),
        },
    )


def classic(module: str) -> str:
    """Return an ES module as a classic script, which a worker made from text can be in every browser.

    MicroPython's module makes itself global too, so its exports are not needed. It awaits, so a function is put around.

    >>> classic("f(import.meta.url);export default f;export async function g(){}")
    '(async()=>{f(self.location.href);async function g(){}})();'
    """
    text = module.replace("import.meta.url", "self.location.href")
    text = re.sub(r"export default \w+;", "", text).replace("export async function", "async function")
    return f"(async()=>{{{text}}})();"


def load_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the editor's style and scripts on the pages that have one, and on no other."""
    if pagename in pages() or EXERCISE.fullmatch(pagename):
        app.add_css_file("try_it/try_it.css")
        app.add_js_file("try_it/editor.js", loading_method="defer")
        app.add_js_file("try_it/widget.js", loading_method="defer")


def write_scripts(app: Sphinx, error: Exception | None) -> None:
    """Write what is made of MicroPython and of the exercises beside the other scripts."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static" / "try_it"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made(checked()).items():
        (folder / name).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Insert the editors while pages are read, before the tables of contents are collected."""
    for node, methods in ((TryIt, (visit, depart)), (Start, (visit_start, depart_start))):
        app.add_node(node, html=methods)
    app.connect("doctree-read", insert, priority=100)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
