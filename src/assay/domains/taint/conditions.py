"""What a test says of the value that it tests.

    name in ("a", "b")            true: one of known values
    ".." in name                  false: no way up
    path.startswith(root + "/")   true: below the root, when the path was resolved

A test that is often taken for a guard and is none gives a weak mark with the reason.

Invariant: an effect is only claimed on the side of a branch where it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assay.domains.taint.characters import (
    DIGITS,
    EVERYTHING,
    LETTERS,
    OTHERS,
    PUNCTUATION,
    absent_from,
    bit,
    mask,
)
from assay.domains.taint.patterns import anchors, characters_of, path_tokens
from assay.domains.taint.taints import Mark
from assay.domains.taint.values import Effect, Nothing, Part, Refinement, Test, Value, apply
from assay.source.file import SourceFile

if TYPE_CHECKING:
    from assay.domains.taint.state import State

ALL_TOKENS: Final = frozenset(("all",))
_VIEWED: Final[dict[str, frozenset[str]]] = {
    "same": ALL_TOKENS,
    "netloc": frozenset(("host",)),
    "hostname": frozenset(("host",)),
    "scheme": frozenset(("scheme",)),
    "extension": frozenset(("extension",)),
    "resolved": ALL_TOKENS,
    "first": frozenset(),
    "inner": frozenset(),
    "common": frozenset(("path",)),
}
_UPWARDS: Final = {"same": ("..", "../", "/..", "/../"), "folders": ("..",)}
_CLASSES: Final = {
    "isalnum": PUNCTUATION,
    "isalpha": PUNCTUATION | DIGITS,
    "isdigit": PUNCTUATION | LETTERS,
    "isdecimal": PUNCTUATION | LETTERS,
    "isnumeric": PUNCTUATION | LETTERS,
    "isidentifier": PUNCTUATION,
}


def _subjects(value: Value) -> list[tuple[int, str]]:
    """The numbers of the values that a test of this value is about, and what it tells of them."""
    found: list[tuple[int, str]] = []
    if value.ident:
        found.append((value.ident, "same"))
    found += [(view.subject, view.kind) for view in value.views if view.subject]
    return found


def guarded(state: State, value: Value, effect: Effect, raises: bool) -> Value:
    """The answer of a guard that a value passes: what it gives back, or a test of the value.

    A guard that `raises` has established its effect as soon as it comes back.
    """
    if raises:
        state.refine([Refinement(subject, effect) for subject in value.subjects()])
        return apply(effect, Value(taints=value.taints))
    return Value(inert=True, tests=tuple(Test(each, True, effect) for each in value.subjects()))


def equal_to_known(value: Value, mark: Mark, holds: bool) -> tuple[Test, ...]:
    """The value is, or is not (`holds` False), one of values that outside data did not choose."""
    tests: list[Test] = []
    for subject, kind in _subjects(value):
        tokens = _VIEWED.get(kind, frozenset())
        if tokens:
            tests.append(Test(subject, holds, Effect(0, tokens, mark)))
    return tuple(tests)


def without_host(value: Value, mark: Mark, holds: bool) -> tuple[Test, ...]:
    """The host of an address is empty, or is not (`holds` False)."""
    return tuple(
        Test(subject, holds, Effect(0, frozenset(("host",)), mark))
        for subject, kind in _subjects(value)
        if kind in ("netloc", "hostname")
    )


def vouched(value: Value, path: str, line: int) -> tuple[Test, ...]:
    """A callee that is not in view answered to what it was given: a look-up has found it.

    That is no guard against characters, but who trusts a session trusts what was looked up.
    """
    tests: list[Test] = []
    for taint in value.taints:
        if taint.doubt:
            mark = Mark(path, line, f"{taint.doubt}() has an answer to it", False)
            effect = Effect(0, frozenset(("session",)), mark)
            tests += [Test(subject, True, effect) for subject in sorted(taint.through)]
    return tuple(tests)


def contains(text: str, value: Value, mark: Mark, holds: bool) -> tuple[Test, ...]:
    """`text in value` is `holds`: on the other side it is not in there."""
    tests: list[Test] = []
    for subject, kind in _subjects(value):
        if kind == "same" and len(text) == 1:
            tests.append(Test(subject, not holds, Effect(mask(text), frozenset(), mark)))
        elif text in _UPWARDS.get(kind, ()):
            tests.append(Test(subject, not holds, Effect(0, frozenset(("nodots",)), mark)))
        elif kind == "inner" and len(text) == 1:
            tests.append(Test(subject, not holds, Effect(0, frozenset((f"inner:{text}",)), mark)))
        elif kind == "same" and text == "//":
            tests.append(Test(subject, not holds, Effect(0, frozenset(("noslash2",)), mark)))
    return tuple(tests)


def is_absolute(value: Value, mark: Mark) -> tuple[Test, ...]:
    """The value is an absolute path: on the other side it is a relative one."""
    effect = Effect(0, frozenset(("relative",)), mark)
    return tuple(
        Test(subject, False, effect) for subject, kind in _subjects(value) if kind == "same"
    )


def one_of_characters(characters: str, value: Value, mark: Mark) -> tuple[Test, ...]:
    """A value of one character is one of these."""
    effect = Effect(absent_from((characters,)), frozenset(), mark)
    return tuple(
        Test(subject, True, effect) for subject, kind in _subjects(value) if kind == "same"
    )


def of_class(name: str, value: Value, mark: Mark) -> tuple[Test, ...]:
    """`value.isdigit()` and its like."""
    absent = _CLASSES.get(name)
    if absent is None:
        return ()
    effect = Effect(absent, frozenset(), mark)
    return tuple(
        Test(subject, True, effect) for subject, kind in _subjects(value) if kind == "same"
    )


def starts_with(value: Value, prefix: Value, path: str, line: int) -> tuple[Test, ...]:
    """`value.startswith(prefix)`."""
    parts = prefix.text_parts()
    only = prefix.only()
    resolved = any(view.kind == "resolved" for view in value.views)
    tests: list[Test] = []
    for subject, kind in _subjects(value):
        if kind not in ("same", "resolved"):
            continue
        if isinstance(only, str):
            tests += _starts_with_constant(subject, only, path, line)
            if only.startswith(("/", "\\")) is False and resolved is False:
                continue
        own = all(taint.origin.is_parameter for taint in prefix.taints)
        if own and _could_be_folder(parts):
            whole = resolved or kind == "resolved" or _comes_whole(value)
            bound = resolved or any(view.kind == "resolved" for view in prefix.views)
            mark, effect = _below(parts, whole, bound, path, line)
            if effect or (mark.weak and bound):
                tests.append(Test(subject, True, Effect(0, effect, mark)))
    return tuple(tests)


def _starts_with_constant(subject: int, only: str, path: str, line: int) -> list[Test]:
    tests: list[Test] = []
    shown = f"startswith({only!r})"
    mark = Mark(path, line, shown, False)
    if len(only) == 1:
        tests.append(Test(subject, True, Effect(0, frozenset((f"starts:{only}",)), mark)))
        if only == "/":
            tests.append(Test(subject, False, Effect(0, frozenset(("relative",)), mark)))
    if only == "//":
        tests.append(Test(subject, False, Effect(0, frozenset(("noslash2",)), mark)))
    if only.startswith(("http://", "https://")):
        rest = only.partition("://")[2]
        if "/" in rest:
            tests.append(Test(subject, True, Effect(0, frozenset(("host",)), mark)))
        elif rest:
            weak = Mark(path, line, f"{shown} does not end the name of the host", True)
            tests.append(Test(subject, True, Effect(0, frozenset(), weak)))
    return tests


def _comes_whole(value: Value) -> bool:
    """Whether a path is what a caller gave, which may well have resolved it."""
    parts = [part for part in value.text_parts() if not isinstance(part, str)]
    return value.same is not None or (len(parts) == 1 and parts[0].same is not None)


def _could_be_folder(parts: tuple[Part, ...]) -> bool:
    first = parts[0] if parts else ""
    return not isinstance(first, str) or first.startswith(("/", "\\", ".")) or "/" in first


def ends_with_separator(parts: tuple[Part, ...]) -> bool:
    """Whether a text certainly ends with a separator of paths."""
    last = parts[-1] if parts else ""
    return isinstance(last, str) and last.endswith(("/", "\\"))


def _below(
    parts: tuple[Part, ...], resolved: bool, bounds: bool, path: str, line: int
) -> tuple[Mark, frozenset[str]]:
    if not ends_with_separator(parts):
        why = "startswith(root) without a separator also accepts root-other"
        return Mark(path, line, why, True, bounds), frozenset()
    if not resolved:
        why = "startswith(root) on a path that is not resolved accepts root/../other"
        return Mark(path, line, why, True, bounds), frozenset()
    return Mark(path, line, "startswith(root and separator) of a resolved path", False), frozenset(
        ("path",)
    )


def ends_with(value: Value, suffix: Value, path: str, line: int) -> tuple[Test, ...]:
    """`value.endswith(suffix)`."""
    only = suffix.only()
    tests: list[Test] = []
    for subject, kind in _subjects(value):
        if kind == "same" and isinstance(only, str):
            mark = Mark(path, line, f"endswith({only!r})", False)
            tokens = frozenset((f"ends:{only}",)) if len(only) == 1 else frozenset(("extension",))
            tests.append(Test(subject, True, Effect(0, tokens, mark)))
        elif kind == "same":
            mark = Mark(path, line, "endswith of known endings", False)
            tests.append(Test(subject, True, Effect(0, frozenset(("extension",)), mark)))
        elif kind in ("netloc", "hostname") and isinstance(only, str):
            if only.startswith("."):
                mark = Mark(path, line, f"the host ends with {only}", False)
                tests.append(Test(subject, True, Effect(0, frozenset(("host",)), mark)))
            else:
                mark = Mark(path, line, f"endswith({only!r}) also accepts another{only}", True)
                tests.append(Test(subject, True, Effect(0, frozenset(), mark)))
    return tuple(tests)


def matched(
    pattern: str, how: str, value: Value, source: SourceFile, line: int
) -> tuple[Test, ...]:
    """`re.match(pattern, value)` in a line of a file; `how` is match, fullmatch or search."""
    path = source.path
    at_start, at_end = anchors(pattern)
    characters = characters_of(pattern)
    tests: list[Test] = []
    shown = f"re.{how}({_short(pattern, source)})"
    start = at_start or how != "search"
    end = at_end or ("\\Z" if how == "fullmatch" else "")
    for subject, kind in _subjects(value):
        if kind != "same":
            continue
        if start and end:
            absent = EVERYTHING & ~characters
            if end == "$":
                absent &= ~mask("\n")
            mark = Mark(path, line, shown, False)
            tests.append(
                Test(
                    subject, True, Effect(absent, _tokens_of(pattern) | path_tokens(pattern), mark)
                )
            )
        elif how == "search" and _single_set(pattern):
            mark = Mark(path, line, shown, False)
            absent = _single_set(pattern)
            tests.append(Test(subject, False, Effect(absent, frozenset(), mark)))
        elif start and not end:
            weak = Mark(path, line, f"{shown} does not look at the end of the text", True)
            tests.append(Test(subject, True, Effect(0, frozenset(), weak)))
    return tuple(tests)


def _single_set(pattern: str) -> int:
    from assay.domains.taint.patterns import removed_by

    return removed_by(pattern)


def _tokens_of(pattern: str) -> frozenset[str]:
    """An expression that starts with a fixed host bounds the host."""
    body = pattern.lstrip("^")
    for scheme in ("https://", "http://", "https?://", "https:\\/\\/"):
        if body.startswith(scheme):
            host = body[len(scheme) :].split("/")[0]
            if host and not set(host) & set("*+[("):
                return frozenset(("host",))
    return frozenset()


def _short(pattern: str, source: SourceFile) -> str:
    """The pattern as a message spells it; a secret is taken out before it would be cut."""
    return repr(pattern if len(pattern) <= 32 else f"{source.redaction.said(pattern)[:29]}...")


def is_quoted_literal(tokens: frozenset[str]) -> bool:
    """Whether tests have established that a text is one quoted literal."""
    return any(
        f"starts:{quote}" in tokens and f"ends:{quote}" in tokens and f"inner:{quote}" in tokens
        for quote in "'\""
    )


def truth(value: Value) -> bool | None:
    """Whether a value is true; None when that is not known."""
    if value.constants is None:
        return None
    found = {bool(item) for item in value.constants}
    return found.pop() if len(found) == 1 else None


def compare(operator: str, left: Value, right: Value) -> bool | None:
    """The outcome of a comparison of constants; None when it is not known."""
    if left.constants is None or right.constants is None:
        return None
    outcomes: set[bool] = set()
    for a in left.constants:
        for b in right.constants:
            try:
                outcomes.add(_outcome(operator, a, b))
            except TypeError:
                return None
    return outcomes.pop() if len(outcomes) == 1 else None


def _outcome(operator: str, a: object, b: object) -> bool:
    if operator == "==":
        return a == b
    if operator == "!=":
        return a != b
    if operator == "is":
        return a is None and b is None if (a is None or b is None) else a == b
    if operator == "is-not":
        return not (a is None and b is None) if (a is None or b is None) else a != b
    if operator in ("in", "not-in"):
        if isinstance(a, str) and isinstance(b, str):
            return (a in b) is (operator == "in")
        if isinstance(a, bytes) and isinstance(b, bytes):
            return (a in b) is (operator == "in")
        raise TypeError
    if (isinstance(a, (int, float)) and isinstance(b, (int, float))) or (
        isinstance(a, str) and isinstance(b, str)
    ):
        if isinstance(a, str):
            assert isinstance(b, str)
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
        assert isinstance(b, (int, float))
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    raise TypeError


def folded(operator: str, left: Value, right: Value) -> int | float | str | Nothing:
    """The outcome of an arithmetic operator on constants; NOTHING when it is not known."""
    from assay.domains.taint.values import NOTHING

    a, b = left.only(), right.only()
    if isinstance(a, str) and isinstance(b, int) and operator == "*":
        return a * b if len(a) * max(b, 0) <= 1000 else NOTHING
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return NOTHING
    try:
        if operator == "+":
            return a + b
        if operator == "-":
            return a - b
        if operator == "*":
            return a * b if abs(a) < 1e9 and abs(b) < 1e9 else NOTHING
        if operator == "/":
            return a / b
        if operator == "//":
            return a // b
        if operator == "%":
            return a % b
        if operator == "**":
            return a**b if abs(a) < 1000 and 0 <= b < 16 else NOTHING
    except (ArithmeticError, ValueError):
        return NOTHING
    if isinstance(a, int) and isinstance(b, int):
        if operator == "&":
            return a & b
        if operator == "|":
            return a | b
        if operator == "^":
            return a ^ b
        if operator == ">>" and 0 <= b < 64:
            return a >> b
        if operator == "<<" and 0 <= b < 32 and abs(a) < 1 << 32:
            return a << b
    return NOTHING


__all__ = ["OTHERS", "bit"]
