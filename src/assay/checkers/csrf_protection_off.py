"""CWE-352: a page of somebody else can make a user's browser send a request that counts.

The browser adds the cookies of the user to it. A token in the form, which that page does not know,
is what tells the two apart; here the check of that token is off.

Weak:

    @csrf_exempt
    def transfer(request): ...

Guarded (a caller that is no browser, and proves who it is):

    @csrf_exempt
    def webhook(request):
        if not hmac.compare_digest(sign(request.body), request.headers["X-Signature"]): ...

What it examines: decorators that exempt a view (Django, Flask-WTF), the options of Pyramid, the
setting CSRF_ENABLED, and lists of middleware in Django's settings that have sessions and no check
of tokens.

What it says: `found` where the check is off for a view that cookies can let somebody in to;
`handled` where the view verifies a signature or token of its own, when an option decides, or in a
test; `clean` for views that only read, and lists with the check.

How to fix: keep the check and put the token into the form. A view for programs authenticates them
by a header, which a browser does not send on its own.

Known limits: what a base class or another decorator authenticates is not seen. Flask's setting
WTF_CSRF_ENABLED belongs to `configured-for-tests`.

References: CWE-352 Cross-Site Request Forgery; OWASP CSRF Prevention Cheat Sheet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers import _says as says
from assay.checkers._option_rule import OptionRule, OptionSite
from assay.checkers._options import Wording
from assay.checkers._settings import display_of, settings_of
from assay.checkers.base import FunctionChecker
from assay.ir.function import MODULE
from assay.ir.ops import Attr, Const, Load, Located
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.words import words_of

RULE: Final = Rule(
    id="csrf-protection-off",
    cwe=352,
    related=(1275,),
    title="Check against forged requests switched off",
    family=Family.ACCESS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="views and settings with a check of forms",
    summary="A view or site accepts requests that a page of somebody else has made",
    explanation=__doc__ or "",
)
_EXEMPT: Final = frozenset({"csrf_exempt", "exempt"})
_READS: Final = frozenset({"require_GET", "require_safe"})
_PROVES: Final = frozenset(
    {
        "signature", "verify", "verified", "hmac", "digest", "token", "authenticate", "auth",
        "authorization", "authorized", "apikey", "secret", "construct", "jwt", "bearer", "webhook",
        "credentials", "oauth", "saml", "sso", "authenticated",
    }
)  # fmt: skip
_LONGEST: Final = 60
_LETS_IN: Final = frozenset({"authorize", "authorise", "cors", "login", "permission", "protected"})
_KNOWN_TO_FEW: Final = frozenset({"uuid", "code", "key", "signed", "unique"})
_MIDDLEWARE: Final = ("MIDDLEWARE", "MIDDLEWARE_CLASSES")


@final
class Exempted:
    """A view that is exempt; `read_only` when it answers to GET alone."""

    __slots__ = ("at", "decorator", "read_only", "view")

    def __init__(self, view: FunctionFacts, at: Located, decorator: str, read_only: bool) -> None:
        self.view: Final = view
        self.at: Final = at
        self.decorator: Final = decorator
        self.read_only: Final = read_only


@final
class Middleware:
    """A list of Django's middleware."""

    __slots__ = ("at", "names")

    def __init__(self, at: Located, names: tuple[str, ...]) -> None:
        self.at: Final = at
        self.names: Final = names


CsrfSite: TypeAlias = OptionSite | Exempted | Middleware


@final
class _Options(OptionRule):
    """The options and settings of the rule's rows."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="requests that other pages have made count",
        safe="the check is on",
        needed="no option or condition decides it",
    )


@final
class CsrfProtectionOff(FunctionChecker[CsrfSite]):
    """Views and settings that switch the check off."""

    rule = RULE

    def __init__(self) -> None:
        self._options: Final = _Options()

    def concerns(self, facts: FileFacts) -> bool:
        return (
            self._options.concerns(facts)
            or not facts.mentioned.isdisjoint(_EXEMPT)
            or not facts.mentioned.isdisjoint(_MIDDLEWARE)
        )

    def sites(self, function: FunctionFacts) -> Iterator[CsrfSite]:
        yield from self._options.sites(function)
        yield from _exempted(function)
        if function.ir.kind == MODULE:
            yield from _middleware(function)

    def judge(self, site: CsrfSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, Exempted):
            return _judge_view(site)
        if isinstance(site, Middleware):
            return _judge_middleware(site, function)
        return self._options.judge(site, function)


def _exempted(function: FunctionFacts) -> Iterator[Exempted]:
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    names = [_decorator_name(each) for each in node.decorator_list]
    for decorator, name in zip(node.decorator_list, names, strict=True):
        if name in _EXEMPT and "csrf" in ast.unparse(decorator).lower():
            reads = bool(_READS.intersection(names)) or _answers_get(node)
            said = function.file.source.redaction.said(ast.unparse(decorator))
            yield Exempted(function, decorator, said[:60], reads)


def _answers_get(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether `require_http_methods` or the like lets GET through and nothing else."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and "methods" in _decorator_name(decorator):
            words = {each.value for each in ast.walk(decorator) if isinstance(each, ast.Constant)}
            return words <= {"GET", "HEAD", "OPTIONS"}
    return False


def _decorator_name(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    if isinstance(called, ast.Attribute):
        return called.attr
    name = called.id if isinstance(called, ast.Name) else ""
    if name == "method_decorator" and isinstance(node, ast.Call) and node.args:
        return _decorator_name(node.args[0])
    return name


def _judge_view(site: Exempted) -> Observation:
    view = site.view
    if site.read_only:
        return says.clean(RULE, view, site.at, f"{view.ir.name} only reads")
    guard = _proof(view)
    if guard:
        said = f"{view.ir.name} is exempt and proves the caller at line {guard}"
        return says.handled(RULE, view, site.at, said, guard)
    return says.found(
        RULE,
        view,
        site.at,
        f"{site.decorator} lets {view.ir.name} accept requests that other pages have made, no"
        " signature or token of its own is checked",
    )


def _proof(view: FunctionFacts) -> int:
    """The line where a view checks a signature, token or key of its caller; 0 for none."""
    for op in view.definitions:
        if isinstance(op, (Load, Attr)) and _PROVES.intersection(words_of(op.name)):
            return op.at.lineno
        text = op.value if isinstance(op, Const) and isinstance(op.value, str) else ""
        if 0 < len(text) < _LONGEST and _PROVES.intersection(words_of(text)):
            return op.at.lineno if op is not None else 0
    if _PROVES.intersection(words_of(view.ir.name)):
        return view.ir.first_line
    return _proof_round(view)


def _proof_round(view: FunctionFacts) -> int:
    """The line of a decorator that lets in who may come, or of a parameter that only those know."""
    node = view.ir.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for decorator in node.decorator_list:
            if _LETS_IN.intersection(words_of(_decorator_name(decorator))):
                return decorator.lineno
        for argument in node.args.args:
            if _KNOWN_TO_FEW.intersection(words_of(argument.arg)):
                return argument.lineno
    return 0


def _middleware(function: FunctionFacts) -> Iterator[Middleware]:
    if function.file.mentioned.isdisjoint(_MIDDLEWARE):
        return
    for setting in settings_of(function, _MIDDLEWARE.__contains__):
        display = display_of(function, setting.value)
        if display is not None and not display.op.labels:
            names = tuple(
                each.value
                for each in display.constants()
                if each is not None and isinstance(each.value, str)
            )
            if any("SessionMiddleware" in name for name in names):
                yield Middleware(setting.at, names)


def _judge_middleware(site: Middleware, function: FunctionFacts) -> Observation:
    if any("csrf" in name.lower() for name in site.names):
        return says.clean(RULE, function, site.at, "the list has a check against forged requests")
    return says.found(
        RULE,
        function,
        site.at,
        "the list of middleware has sessions and no check against forged requests:"
        " CsrfViewMiddleware is not among them",
    )


CHECKER: Final = CsrfProtectionOff()
