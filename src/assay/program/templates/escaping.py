"""Whether what a value passes on its way is enough for the place where it is printed.

What comes out of the filters is one of a few forms; each context has those that are harmless in
it. A context that is not certain (see `source.templates.markup`) counts as text.

Invariant: a reason is given exactly when the answer is not "enough".

    escaped for HTML, in <script> outside of a string   ->   not enough
"""

from __future__ import annotations

from typing import Final, final

from assay.models.templates import TemplateModels
from assay.program.templates.values import Applied, Autoescape, Escaping, Flow
from assay.source.templates.markup import Context, Kind
from assay.source.templates.tokens import Dialect

_RAW: Final = "raw"
_HTML: Final = "html"
_JSON: Final = "json"
_JSON_HTML: Final = "json-html"
_SCRIPT: Final = "script"
_HARMLESS: Final = "harmless"
_UNKNOWN: Final = "unknown"

# Contexts in which text that is escaped for HTML is still dangerous.
_WHY_HTML: Final = {
    Kind.UNQUOTED: "attribute without quotes, where a space starts another attribute",
    Kind.TAG: "inside of a tag, where a space starts another attribute",
    Kind.HANDLER: "code in {attribute}, without tojson or escapejs",
    Kind.HANDLER_STRING: "code in {attribute}, where quotes are unescaped before it runs",
    Kind.SCRIPT: "code inside of <script>, without tojson",
    Kind.SCRIPT_TEMPLATE: "template string inside of <script>, without tojson or escapejs",
    Kind.URL: "start of a URL in {attribute}, which can be of the scheme javascript:",
    Kind.DOCUMENT: "srcdoc, which is read as HTML once more",
}
_WHY_JSON: Final = {
    Kind.UNQUOTED: "tojson in an attribute without quotes",
    Kind.TAG: "tojson inside of a tag",
    Kind.DOCUMENT: "tojson in srcdoc, which is read as HTML once more",
    Kind.SCRIPT_TEMPLATE: "tojson in a template string",
}
_WHY_SCRIPT: Final = {
    Kind.UNQUOTED: "escapejs in an attribute without quotes",
    Kind.TAG: "escapejs inside of a tag",
    Kind.SCRIPT: "escapejs outside of a string",
    Kind.HANDLER: "escapejs outside of a string",
    Kind.SCRIPT_TEMPLATE: "escapejs in a template string, where ${ starts code",
    Kind.URL: "start of a URL in {attribute}, which can be of the scheme javascript:",
}
_SAYS_NOTHING: Final = frozenset((Kind.TEXT, Kind.ATTRIBUTE, Kind.COMMENT, Kind.STYLE, Kind.DATA))


@final
class Judge:
    """Judges the outputs of one printing of a template, whose file is `path`."""

    __slots__ = ("_dialect", "_models", "_path")

    def __init__(self, models: TemplateModels, dialect: Dialect, path: str) -> None:
        self._models: Final = models
        self._dialect: Final = dialect.value
        self._path: Final = path

    def judge(
        self, flow: Flow, context: Context, autoescape: Autoescape, is_raw: bool
    ) -> tuple[Escaping, str]:
        """The answer for a value, and the reason when it is not enough."""
        if context.kind is Kind.PLAIN:
            return Escaping.ENOUGH, ""
        form, why = self._form(flow, autoescape, is_raw)
        if form == _UNKNOWN:
            return Escaping.UNKNOWN, why
        if form == _RAW:
            return Escaping.NOT_ENOUGH, why + self._where(context)
        danger = _danger(form, context) if context.is_certain else ""
        if not danger:
            return Escaping.ENOUGH, ""
        is_scheme = context.kind is Kind.URL and form in (_HTML, _SCRIPT)
        word = Escaping.AS_TEXT if is_scheme else Escaping.NOT_ENOUGH
        return word, danger.replace("{attribute}", context.attribute)

    def _form(self, flow: Flow, autoescape: Autoescape, is_raw: bool) -> tuple[str, str]:
        """What comes out of the filters, and the reason when that is not escaped."""
        form, marked, why = _RAW, False, ""
        for applied in flow.filters:
            row = self._models.filters.get((self._dialect, applied.name))
            effect = row.effect if row is not None else ""
            if effect == "auto-escape":
                effect = "escape" if autoescape.is_on else "keep"
            if form == _HARMLESS or effect == "keep":
                continue
            if effect == "mark":
                marked, why = True, why or self._said(applied)
            elif effect == "drop":
                marked, why = False, ""
            elif effect == "strip":
                if form != _RAW or self._dialect == "django":
                    form, why = _UNKNOWN, f"{self._said(applied)} is no escaping"
                marked = False
            elif effect == "":
                form, why = _UNKNOWN, f"what the filter {self._said(applied)} does is not in view"
            elif effect == "escape" and (marked or form == _UNKNOWN):
                continue  # what is marked, or may be, is left as it is
            elif effect in ("escape", "force-escape"):
                form, marked = _JSON_HTML if form == _JSON else _HTML, True
            else:
                form, marked = _FORMS[effect], True
        if form != _RAW:
            return form, why
        if marked:
            return _RAW, why
        if is_raw:
            return _RAW, "printed raw by its tag"
        if autoescape.is_on is None:
            return _UNKNOWN, autoescape.reason
        return (_HTML, "") if autoescape.is_on else (_RAW, autoescape.reason)

    def _said(self, applied: Applied) -> str:
        where = "" if applied.path == self._path else f"{applied.path}:"
        at = f"line {applied.line}" if not where else f"{where}{applied.line}"
        return f"|{applied.name} at {at}"

    def _where(self, context: Context) -> str:
        if context.kind in _SAYS_NOTHING or not context.is_certain:
            return ""
        if context.kind in (Kind.SCRIPT, Kind.SCRIPT_STRING, Kind.SCRIPT_TEMPLATE):
            return ", inside of <script>"
        is_named = bool(context.attribute) and context.attribute.isprintable()
        return f", in {context.attribute}" if is_named else ""


_FORMS: Final = {"json": _JSON, "script": _SCRIPT, "url": _HARMLESS, "harmless": _HARMLESS}


def _danger(form: str, context: Context) -> str:
    kind = context.kind
    if form == _HTML:
        return _WHY_HTML.get(kind, "")
    if form == _JSON:
        if kind in (Kind.ATTRIBUTE, Kind.URL, Kind.HANDLER, Kind.HANDLER_STRING, Kind.STYLE):
            return "tojson in an attribute in double quotes" if context.quote == '"' else ""
        if kind is Kind.SCRIPT_STRING and context.quote == '"':
            return "tojson inside of a string in double quotes"
        return _WHY_JSON.get(kind, "")
    return _WHY_SCRIPT.get(kind, "") if form == _SCRIPT else ""
