"""CWE-942: every origin may act with the user's credentials, or every host name is accepted.

A browser sends cookies along when a response allows both the asking origin and credentials. With
every origin allowed, any page that the user visits reads and changes what the user may. Django's
`ALLOWED_HOSTS = ["*"]` accepts any `Host` header, which then ends up in links and caches.

Weak:

    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)

Guarded:

    app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)

What it examines: the CORS options of Starlette, FastAPI, Flask-CORS and django-cors-headers, and
Django's ALLOWED_HOSTS.

What it says: `found` for every origin together with credentials, and for every host; `handled` for
the same in a test, under a condition or in a configuration for development; `clean` for a list of
names, and for every origin without credentials, which is how public data is served.

How to fix: list the origins and hosts that are meant.

Known limits: origins that a regular expression or the request decides are not judged.

References: CWE-942; the Fetch standard, CORS protocol and credentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers._options import OptionUse, Wording, setting_uses, unsafe
from assay.checkers._settings import Setting, constant_of, display_of, settings_of
from assay.checkers.base import FunctionChecker
from assay.ir.function import MODULE
from assay.ir.ops import Call
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import settings
from assay.program.facts import FunctionFacts

RULE: Final = Rule(
    id="permissive-origins",
    cwe=942,
    related=(346, 183),
    title="Every origin or host allowed",
    family=Family.CONFIGURATION,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="lists of origins and hosts",
    summary="Every origin may use the user's credentials, or every host name is accepted",
    explanation=__doc__ or "",
)
_WORDING: Final = Wording(
    RULE,
    unsafe="any site is let in",
    safe="a list of names",
    needed="no option or condition decides it",
)
_MIDDLEWARE: Final = ("CORSMiddleware",)
_CALLED: Final = frozenset({"CORS", "cross_origin", *_MIDDLEWARE})
_ALLOW_ALL: Final = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
_CORS_SETTINGS: Final = frozenset({*_ALLOW_ALL, "CORS_ALLOW_CREDENTIALS"})


@final
class OriginList:
    """A list of origins or hosts: its value, and whether credentials go with it."""

    __slots__ = ("credentials", "everything", "use")

    def __init__(self, use: OptionUse, everything: bool, credentials: bool) -> None:
        self.use: Final = use
        self.everything: Final = everything
        self.credentials: Final = credentials


@final
class PermissiveOrigins(FunctionChecker[OriginList]):
    """Lists of origins that may use credentials, and of host names."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[OriginList]:
        if not function.file.mentioned.isdisjoint(_CALLED):
            for site in function.calls:
                origins = _cors_call(function, site.op)
                if origins is not None:
                    yield origins
        for _, _, use in setting_uses(function, settings(RULE.id)):
            yield OriginList(use, _is_star(function, use.value), True)
        if function.ir.kind == MODULE and not function.file.mentioned.isdisjoint(_CORS_SETTINGS):
            yield from _django(function)

    def judge(self, site: OriginList, function: FunctionFacts) -> Observation | None:
        if site.everything and site.credentials:
            return unsafe(site.use, _WORDING, f"{site.use.name} allows everything")
        said = "no credentials go with it" if site.everything else _WORDING.safe
        return function.file.observation(
            RULE, Verdict.CLEAN, site.use.at, function.qualname, f"{site.use.name}: {said}"
        )


def _use(function: FunctionFacts, op: Call, name: str, value: int) -> OptionUse:
    return OptionUse(function, op.at, name, value, (), False, (), True)


def _cors_call(function: FunctionFacts, op: Call) -> OriginList | None:
    callee = function.callee(op)
    if callee in ("flask_cors.CORS", "flask_cors.cross_origin"):
        origins = function.argument(op, -1, "origins")
        credentials = function.argument(op, -1, "supports_credentials")
        everything = origins is None or _is_star(function, origins)
        name = f"{function.spelled(op.callee)}(origins)"
        value = -1 if origins is None else origins
        return OriginList(
            _use(function, op, name, value), everything, _is_true(function, credentials)
        )
    first = function.qualified(op.args[0]) if op.args else ""
    if callee.endswith(_MIDDLEWARE) or first.endswith(_MIDDLEWARE):
        origins = function.argument(op, -1, "allow_origins")
        if origins is None:
            return None
        credentials = function.argument(op, -1, "allow_credentials")
        return OriginList(
            _use(function, op, "allow_origins", origins),
            _is_star(function, origins),
            _is_true(function, credentials),
        )
    return None


def _django(function: FunctionFacts) -> Iterator[OriginList]:
    """django-cors-headers: two settings of one module."""
    found = list(settings_of(function, _CORS_SETTINGS.__contains__))
    credentials = any(
        setting.name not in _ALLOW_ALL and _is_true(function, setting.value) for setting in found
    )
    for setting in found:
        if setting.name in _ALLOW_ALL:
            use = _of_setting(setting)
            yield OriginList(use, _is_true(function, setting.value), credentials)


def _of_setting(setting: Setting) -> OptionUse:
    return OptionUse(setting.function, setting.at, setting.name, setting.value, (), False, (), True)


def _is_star(function: FunctionFacts, temp: int) -> bool:
    constant = constant_of(function, temp)
    if constant is not None:
        return constant.value == "*"
    display = display_of(function, temp)
    if display is None:
        return False
    return any(part is not None and part.value == "*" for part in display.constants())


def _is_true(function: FunctionFacts, temp: int | None) -> bool:
    constant = None if temp is None else constant_of(function, temp)
    return constant is not None and constant.value is True


CHECKER: Final = PermissiveOrigins()
