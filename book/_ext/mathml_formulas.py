"""Formulas become MathML while the site is built.

Browsers show MathML by themselves and screen readers read it, so a page needs no formula script and no request.
A formula that cannot be converted is a warning, which fails the strict build.
"""

import html
import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;)\w+;")  # characters that XML, and so an ePub, has no names for
CONVERTER = LatexToMathML(xml_namespace=True, fancy_error=False)


def to_mathml(latex: str, display: bool = False) -> str:
    r"""Return the MathML of a LaTeX formula.

    Parameters
    ----------
    latex : str
        The formula without dollar signs.
    display : bool
        Whether it stands on a line of its own.

    Examples
    --------
    >>> to_mathml(r"\frac{n}{s}")
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>n</mi><mi>s</mi></mfrac></math>'
    >>> to_mathml(r"\max n").encode("unicode_escape").count(b"u2061")
    1
    """
    mathml = CONVERTER.convert_with_local_state(latex, displaystyle=display)
    mathml = mathml.replace(' scriptlevel="0"', "")  # on <mtable>, where it is the default and not allowed
    return NAMED.sub(lambda match: html.unescape(match[0]), mathml)


def converted(node: nodes.Element, display: bool) -> str:
    """Return the MathML of a formula's node, or its LaTeX with a warning where that fails."""
    try:
        return to_mathml(node.astext().strip(), display)
    except LatexError as error:
        LOGGER.warning("formula %r: %s", node.astext(), error, location=node, type="mathml")
        return f"<code>{node.astext()}</code>"


def visit_inline(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula within a line."""
    translator.body.append(converted(node, display=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula on a line of its own, with its number where it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    translator.body.append(converted(node, display=True))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({node["number"]})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the renderer; `html_math_renderer: mathml` in `_config.yml` selects it."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
