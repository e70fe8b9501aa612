"""Kaggle beside Colab in a notebook page's launch menu: the theme knows every service but this one."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

KAGGLE = "https://www.kaggle.com/kernels/welcome?src="


def kaggle_url(repository: str, branch: str, path: str) -> str:
    """Return the address that opens a notebook of a GitHub repository in Kaggle.

    Parameters
    ----------
    repository : str
        The repository's address.
    branch : str
        The branch the notebook is on.
    path : str
        The notebook's path in the repository.

    Examples
    --------
    >>> kaggle_url("https://github.com/ada/course", "main", "notebooks/01.ipynb")
    'https://www.kaggle.com/kernels/welcome?src=https://github.com/ada/course/blob/main/notebooks/01.ipynb'
    """
    return f"{KAGGLE}{repository}/blob/{branch}/{path}"


def add_kaggle_button(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Append a Kaggle link to the page's launch buttons, where it has any."""
    options = app.config.html_theme_options
    for group in context.get("header_buttons", []):
        if group.get("label") != "launch-buttons":
            continue
        url = kaggle_url(options["repository_url"], options["repository_branch"], f"{pagename}.ipynb")
        group["buttons"].append(
            {"type": "link", "text": "Kaggle", "tooltip": "Launch on Kaggle", "icon": "fab fa-kaggle", "url": url}
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run after the theme, whose own buttons come at priority 501."""
    app.connect("html-page-context", add_kaggle_button, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
