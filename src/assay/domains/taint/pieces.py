"""Pieces of a text that was cut: what a piece tells of the whole, and what cannot be in it.

    name.rsplit(".", 1)[1]        a test of it is one of the extension; no dot is in it
    os.path.splitext(name)[1]     likewise; no separator of paths is in it

Invariant: what is said of a piece holds for every text that can be cut like this.
"""

from __future__ import annotations

from typing import Final

from assay.domains.taint.characters import mask
from assay.domains.taint.state import Key
from assay.domains.taint.values import Effect, Value, View, apply

# What the pieces of a text tell of it, by what it is cut at: the extension, the folders.
_KINDS: Final = {".": "dots", "/": "folders", "\\": "folders"}
_LAST: Final = "last "  # cut once, from the right
_FIRST: Final = "first "  # cut once, from the left
_ALL: Final = "\n\r,;|&."  # cut at one of these everywhere, no piece has it
_EXTENSIONS: Final = frozenset(("splitext", "dots", "last dots", "first dots"))


def cut(receiver: Value, name: str, separator: str, limited: bool) -> Value:
    """The pieces of a text cut at one separator, everywhere or (`limited`) a few times."""
    kind = _KINDS.get(separator)
    views: tuple[View, ...] = ()
    if kind is not None:
        where = "" if not limited else _LAST if name == "rsplit" else _FIRST
        views = tuple(View(each, f"{where}{kind}") for each in receiver.subjects())
    pieces = Value(taints=receiver.taints, views=views)
    if limited or separator not in _ALL:
        return pieces
    return apply(Effect(mask(separator), frozenset(), None), pieces)


def piece(owner: Value, index: Key | None, path: str = "") -> Value:
    """One of the pieces."""
    kinds = {view.kind for view in owner.views}
    views = tuple(
        View(view.subject, "extension") for view in owner.views if view.kind in _EXTENSIONS
    )
    found = Value(taints=owner.taints, path=path, views=views)
    if "splitext" in kinds and index in (1, -1):
        return apply(Effect(mask("/\\"), frozenset(), None), found)
    if ("last dots" in kinds and index in (1, -1)) or ("first dots" in kinds and index == 0):
        return apply(Effect(mask("."), frozenset(), None), found)
    return found
