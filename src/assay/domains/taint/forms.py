"""Fields of forms and serializers: what of their checked data is text that a client chose.

    class Search(forms.Form):
        text = forms.CharField()          form.cleaned_data["text"] is outside data
        page = forms.IntegerField()       form.cleaned_data["page"] is a number

Sources with the token `fields` are dictionaries of such data. As a whole they do no harm; an item
does when the class in view declares it as free text.

Invariant: a field that is not declared in view, or has choices or validators, brings no data.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.domains.taint import gates
from assay.domains.taint.contexts import FIELDS
from assay.domains.taint.texts import without_token
from assay.domains.taint.values import INERT, Value
from assay.ir.ops import Attr, Load
from assay.program.classes import last_name
from assay.program.values import Instance

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.program.classes import ClassInfo

_TEXTS: Final = frozenset(("CharField", "JSONField", "URLField", "DictField"))
_CHECKED: Final = frozenset(("choices", "validators"))


def item_of_fields(
    frame: Frame, owner: int, key: str | int | None, value: Value, line: int
) -> Value:
    """An item of checked data, read from the temporary `owner` in a line."""
    if not any(FIELDS in taint.tokens for taint in value.taints):
        return value
    if not _is_free_text(frame, owner, key) and gates.FIELD_OF_FORM.stops(
        frame.function.file, line
    ):
        return INERT
    result = Value(taints=without_token(value.taints, FIELDS), views=value.views)
    return result.seen(value.ident) if value.ident else result


def _is_free_text(frame: Frame, owner: int, key: str | int | None) -> bool:
    """Whether the class of a form that is in view declares a field as free text."""
    definition = frame.function.definitions[owner]
    if isinstance(definition, Load):  # data = form.cleaned_data
        stores = frame.function.stores(definition.name)
        definition = frame.function.definitions[stores[0].value] if len(stores) == 1 else None
    if not isinstance(key, str) or not isinstance(definition, Attr):
        return False
    classes = [
        each.cls
        for each in frame.summaries.program.type_of(frame.function, definition.owner)
        if isinstance(each, Instance)
    ]
    return any(_is_text(cls, key) for cls in classes)


def _is_text(cls: ClassInfo, name: str) -> bool:
    for each in cls.mro():
        if f"clean_{name}" in each.members or f"validate_{name}" in each.members:
            return False
    for each in cls.mro():
        nodes = each.members.get(name)
        if nodes:
            node = nodes[-1]
            made = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
            return (
                isinstance(made, ast.Call)
                and last_name(made) in _TEXTS
                and all(keyword.arg not in _CHECKED for keyword in made.keywords)
            )
    return False
