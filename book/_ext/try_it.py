"""Try it here: an exercise that runs in a chapter's page, without a server.

`book/try_it.yml` says on which page stands which function. This extension writes the section into the page, before its
self-test, and next to the scripts of `book/_static/try_it/` two kinds of script that are loaded when the reader first
presses a button: MicroPython (from `book/_vendor/`), and the cases of the page's exercise (from `autograder`).
"""

import base64
import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from kaggle_button import kaggle_url
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.docutils import SphinxTranslator
from sphinx.util.typing import ExtensionMetadata

from autograder.chapters import ASSIGNMENTS
from autograder.in_page import in_page, starter

BOOK = Path(__file__).parents[1]
VENDOR = BOOK / "_vendor" / "micropython"
SCRIPTS = BOOK / "_static" / "try_it"
TITLE = "Try it here"
BEFORE = "Self-test"  # the section that this one comes before
WITHOUT_SCRIPT = (
    "With JavaScript, an editor stands here: write the function, press a button, and read which of the points "
    "below it earns and what went wrong. Without it, take the notebook."
)


class TryIt(nodes.General, nodes.Element):
    """The editor in HTML; its children, links to the notebook, anywhere else."""


def pages() -> dict[str, dict[str, Any]]:
    """Return {page: {"function", "text", "one_channel"}} of `book/try_it.yml`.

    >>> pages()["notebooks/01_why_padding"]["function"]
    'pad2d'
    """
    return yaml.safe_load((BOOK / "try_it.yml").read_text(encoding="utf-8"))


def data(page: str) -> dict[str, Any]:
    """Return the exercise of a page as data, see `autograder.in_page`."""
    settings = pages()[page]
    return in_page(settings["function"], settings.get("one_channel", False))


def assignment(function: str) -> str:
    """Return the assignment that a function belongs to.

    >>> assignment("pad2d")
    '01_why_padding'
    """
    return next(name for name, exercises in ASSIGNMENTS.items() if function in [each.name for each in exercises])


def notebook(function: str) -> str:
    """Return the path of the exercise notebook of a function, without its suffix.

    >>> notebook("pad2d")
    'notebooks/exercises/01_why_padding/01_why_padding'
    """
    return f"notebooks/exercises/{assignment(function)}/{assignment(function)}"


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


# The section in the page


def insert(app: Sphinx, doctree: nodes.document) -> None:
    """Put the section into a page that has one, before its self-test."""
    page = app.env.docname
    if page not in pages():
        return
    place = next(
        (each for each in doctree.findall(nodes.section) if each.next_node(nodes.title).astext() == BEFORE), None
    )
    if place is None:
        raise ValueError(f"{page} is in try_it.yml, so it needs a section {BEFORE!r} to put the exercise before")
    place.parent.insert(place.parent.index(place), section(app, page))


def section(app: Sphinx, page: str) -> nodes.section:
    """Return the section of a page."""
    settings, exercise = pages()[page], data(page)
    name = exercise["name"]
    whole = nodes.section("", nodes.title("", TITLE), ids=["try-it-here"], names=["try it here"])
    whole += paragraph(settings["text"])
    whole += paragraph(
        "It runs in this page, in a small Python without NumPy, so the loops are yours to write. What is checked is "
        "what the notebook checks, as far as lists can show it, with the same sentences for the same mistakes. "
        f"{beyond(exercise)}"
    )
    links = services(app.config.html_theme_options, f"{notebook(name)}.ipynb")
    whole += TryIt("", elsewhere(links), page=page)
    return whole


def beyond(exercise: dict[str, Any]) -> str:
    """Return a sentence about what only the notebook asks.

    >>> print(beyond({"left_out": [{"words": "keeps the dtype", "points": 2}]}))
    Only the notebook asks whether your function keeps the dtype (2 points), and it is graded with more cases.
    >>> beyond({"left_out": []})
    'The notebook is graded with more cases.'
    """
    parts = [f"{each['words']} ({each['points']} points)" for each in exercise["left_out"]]
    if not parts:
        return "The notebook is graded with more cases."
    return f"Only the notebook asks whether your function {' and '.join(parts)}, and it is graded with more cases."


def paragraph(text: str) -> nodes.paragraph:
    """Return a paragraph in which words in `backticks` are code."""
    parts = re.split("`([^`]+)`", text)
    return nodes.paragraph("", "", *(nodes.literal("", p) if i % 2 else nodes.Text(p) for i, p in enumerate(parts)))


def elsewhere(links: dict[str, str]) -> nodes.paragraph:
    """Return what is said where there is no page: in a PDF or an e-book."""
    line = nodes.paragraph("", "On the course's website an editor stands here. The same exercise as a notebook: ")
    for place, (service, address) in enumerate(links.items()):
        line += nodes.Text(", " if place else "")
        line += nodes.reference("", service, refuri=address)
    return line


def visit(translator: SphinxTranslator, node: TryIt) -> None:
    """Write the editor into a page of the website; elsewhere go on to the children."""
    if getattr(translator.builder, "name", "") not in ("html", "dirhtml"):
        return
    translator.body.append(widget(translator.builder, node["page"]))
    raise nodes.SkipNode


def depart(translator: SphinxTranslator, node: TryIt) -> None:
    """Nothing to close."""


def widget(builder: Builder, page: str) -> str:
    """Return the HTML that a page has without script; `widget.js` makes the editor of it."""
    exercise, options = data(page), builder.config.html_theme_options
    name = exercise["name"]
    versions = {each: version(text) for each, text in made([page]).items()}
    behaviours = "".join(behaviour(each) for each in exercise["behaviours"])
    settings = {"name": name, "starter": starter(name), "points": exercise["points"], "versions": versions}
    return (
        f'<div class="try-it" data-settings="{escape(json.dumps(settings))}">'
        f'<p class="try-it-without">{WITHOUT_SCRIPT}</p>'
        f'<p class="try-it-total" id="try-it-total"><code>{name}</code>, {exercise["points"]} points here. '
        f'Your function</p><ul class="try-it-report" aria-labelledby="try-it-total">{behaviours}</ul>'
        f'<p class="try-it-links">The real exercise, as a notebook: {links(options, name, page)}</p></div>'
    )


def behaviour(each: dict[str, Any]) -> str:
    """Return one line of the list of what is checked."""
    return (
        f'<li><span class="try-it-points"><span aria-hidden="true">○</span> {each["points"]}</span>'
        f'<div class="try-it-words">{escape(each["words"])}</div></li>'
    )


def links(options: dict[str, Any], name: str, page: str) -> str:
    """Return the links to the exercise notebook: services, download, page."""
    here, there = posixpath.dirname(page), notebook(name)
    found = services(options, f"{there}.ipynb")
    found["download"] = posixpath.relpath(f"_sources/{there}.ipynb", here)
    found["read it"] = posixpath.relpath(f"{there}.html", here)
    return ", ".join(
        f'<a href="{escape(address)}"{" download" if text == "download" else ""}>{text}</a>'
        for text, address in found.items()
    )


# The scripts


def made(names: Iterable[str]) -> dict[str, str]:
    """Return {file: text} of the scripts that a page loads on demand.

    Parameters
    ----------
    names : iterable of str
        The pages whose exercises are wanted.
    """
    scripts = {f"{data(page)['name']}.js": exercise_script(data(page)) for page in names}
    fixed = {name: (SCRIPTS / name).read_text(encoding="utf-8") for name in ("judge.js", "engine.js")}
    return fixed | {"micropython.js": micropython_script()} | scripts


def version(text: str) -> str:
    """Return a short word that changes with a script, so that a browser does not keep an old one."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def assigned(name: str, value: Any) -> str:
    """Return a script that stores a value as `TryIt.name`; a script may be loaded from a folder, a JSON file not."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return f"globalThis.TryIt = Object.assign(globalThis.TryIt || {{}}, {{{name}: {text}}});\n"


def exercise_script(exercise: dict[str, Any]) -> str:
    """Return the script that holds the cases of an exercise."""
    return assigned("exercise", exercise)


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
    if pagename in pages():
        app.add_css_file("try_it/try_it.css")
        app.add_js_file("try_it/editor.js", loading_method="defer")
        app.add_js_file("try_it/widget.js", loading_method="defer")


def write_scripts(app: Sphinx, error: Exception | None) -> None:
    """Write what is made of MicroPython and of the exercises beside the other scripts."""
    if error or app.builder.name not in ("html", "dirhtml"):
        return
    folder = Path(app.outdir) / "_static" / "try_it"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made(pages()).items():
        (folder / name).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Insert the sections while pages are read, before the tables of contents are collected."""
    app.add_node(TryIt, html=(visit, depart), latex=(visit, depart), text=(visit, depart))
    app.connect("doctree-read", insert, priority=100)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
