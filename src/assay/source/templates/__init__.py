"""A tolerant reader of Jinja2, Django, Tornado and Bottle templates.

    tokens       text, outputs, tags; comments and raw blocks taken out
    expressions  what stands between the braces: names, attributes, filters, calls
    tree         nested blocks: for, if, with, set, block, extends, include, macro ...
    markup       where in the HTML page an output stands: text, attribute, URL, script ...

Why not the package jinja2: its parser stops at the first tag that an installed extension would
define, so each project's own tags would make its templates unread; it runs no Django, Tornado or
Bottle template, so a second reader with the same notion of filters, scopes and escaping would
stand beside it; and it gives no place in the HTML, which is what the answer turns on. What is
shared by the four languages is much, and what differs is a few tokens.

Invariant: any text is accepted. What is not understood is passed over, and is a `Gap` in the tree
where it may print something.

    >>> [type(node).__name__ for node in parse_template("a.html", "<b>{{ x }}</b>").nodes]
    ['Text', 'Print', 'Text']
"""

from assay.source.templates.tokens import Dialect, dialect_of
from assay.source.templates.tree import Tree, build

__all__ = ["Dialect", "Tree", "parse_template"]


def parse_template(path: str, text: str, dialect: Dialect | None = None) -> Tree:
    """The tree of a template; its language is told from the text unless it is known."""
    return build(path, text, dialect or dialect_of(path, text))
