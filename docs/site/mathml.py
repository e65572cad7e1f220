"""Formulas as MathML: browsers draw it and screen readers read it, without a script."""

from html import escape

from docutils import nodes
from latex2mathml.converter import convert


def mathml(latex, display):
    """Turn a formula into MathML, which holds its source too."""
    return convert(latex, display=display).replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def inline(translator, node):
    """Write a formula in a line."""
    translator.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def block(translator, node):
    """Write a formula that stands alone, and can be scrolled where it is wide."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(mathml(node.astext().strip(), "block"))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register it as what writes formulas."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
