"""What the outputs of a template are: where a value comes from, what it passes, where it stands.

Invariant: values are compared by what they hold, and an output says why it is not escaped exactly
when it is not.

    {{ user.name|safe }} in line 3   ->   Output(root "user", path ("name",), "|safe at line 3")
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias, final

from assay.program.limits import TEMPLATE_FLOWS
from assay.source.templates.markup import Context


class Escaping(Enum):
    """Whether a value is harmless where it is printed.

    AS_TEXT: it is no markup and no code, but a whole URL in it is followed or run.
    """

    ENOUGH = "enough"
    NOT_ENOUGH = "not enough"
    AS_TEXT = "as text only"
    UNKNOWN = "unknown"


@final
class Applied:
    """A filter that a value passes, and where it stands."""

    __slots__ = ("line", "name", "path")

    def __init__(self, name: str, path: str, line: int) -> None:
        self.name: Final = name
        self.path: Final = path
        self.line: Final = line


@final
class Flow:
    """A value of the context on its way: variable, attributes below it, filters in their order.

    In `path`, "[]" is an element and "()" the result of a call.
    """

    __slots__ = ("filters", "path", "root")

    def __init__(
        self, root: str, path: tuple[str, ...] = (), filters: tuple[Applied, ...] = ()
    ) -> None:
        self.root: Final = root
        self.path: Final = path
        self.filters: Final = filters

    @property
    def key(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What makes two the same."""
        return self.root, self.path, tuple(one.name for one in self.filters)

    def below(self, name: str) -> Flow:
        """An attribute or an element of the value."""
        if len(self.path) >= _LONGEST_PATH:
            return self
        return Flow(self.root, (*self.path, name), self.filters)

    def through(self, applied: Applied) -> Flow:
        """The value behind a filter."""
        return Flow(self.root, self.path, (*self.filters, applied))

    def spelled(self) -> str:
        """As a template could have it: `user.name|lower`."""
        inner = "".join(name if name in ("[]", "()") else f".{name}" for name in self.path)
        return self.root + inner + "".join(f"|{one.name}" for one in self.filters)


Flows: TypeAlias = tuple[Flow, ...]

_LONGEST_PATH: Final = 8


def union(first: Flows, second: Flows) -> Flows:
    """Both, each once."""
    if not second or first == second:
        return first
    found = {flow.key: flow for flow in first}
    for flow in second:
        found.setdefault(flow.key, flow)
    return tuple(found.values())[: TEMPLATE_FLOWS.most]


@final
class Output:
    """A value of the context, printed. `path` and `line` tell where, `reason` what is amiss."""

    __slots__ = ("context", "escaping", "flow", "line", "path", "reason")

    def __init__(
        self, flow: Flow, context: Context, path: str, line: int, escaping: Escaping, reason: str
    ) -> None:
        self.flow: Final = flow
        self.context: Final = context
        self.path: Final = path  # as reports print it
        self.line: Final = line
        self.escaping: Final = escaping
        self.reason: Final = reason

    @property
    def variable(self) -> str:
        """The variable of the context."""
        return self.flow.root

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two the same."""
        return self.path, self.line, self.flow.key, self.context.kind, self.context.attribute

    def __repr__(self) -> str:
        return f"Output({self.path}:{self.line} {self.flow.spelled()} {self.escaping.value})"


@final
class Autoescape:
    """Whether outputs are escaped; None when that is not known. `reason` says where it is off."""

    __slots__ = ("is_on", "reason")

    def __init__(self, is_on: bool | None, reason: str) -> None:
        self.is_on: Final = is_on
        self.reason: Final = reason
