"""Calls, displays, strings and iteration."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops.base import NEVER, NO_TEMP, POSSIBLE, UNLIKELY, Located, Op, present


@final
class Call(Op):
    """A call. `labels` is `()` when every argument is positional, else one label an argument:
    `''`, a keyword, `'*'` or `'**'` (already spread).
    """

    __slots__ = ("args", "callee", "labels")
    MNEMONIC = "call"
    FIELDS = (("callee", "temp"), ("args", "temps"), ("labels", "labels"))

    def __init__(
        self, dest: int, callee: int, args: tuple[int, ...], labels: tuple[str, ...], at: Located
    ) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.callee: Final = callee
        self.args: Final = args
        self.labels: Final = labels

    @property
    def spreads(self) -> bool:
        """Whether it gives `*values` or `**values`."""
        return "*" in self.labels or "**" in self.labels

    def uses(self) -> tuple[int, ...]:
        return (self.callee, *self.args)


@final
class Build(Op):
    """A `tuple`, `list`, `set` or `dict` display. `labels` as in `Call`; a dict's entries are key,
    value, key, value; a `'**'` entry is one mapping.
    """

    __slots__ = ("args", "kind", "labels")
    MNEMONIC = "build"
    FIELDS = (("kind", "word"), ("args", "temps"), ("labels", "labels"))

    def __init__(
        self, dest: int, kind: str, args: tuple[int, ...], labels: tuple[str, ...], at: Located
    ) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.kind: Final = kind
        self.args: Final = args
        self.labels: Final = labels

    def uses(self) -> tuple[int, ...]:
        return self.args


@final
class Spread(Op):
    """What `*value` or `**value` stands for, as a tuple or a dict, taken at this moment."""

    __slots__ = ("kind", "value")
    MNEMONIC = "spread"
    FIELDS = (("kind", "word"), ("value", "temp"))

    def __init__(self, dest: int, kind: str, value: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.kind: Final = kind
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Collect(Op):
    """A comprehension adds one element to its `list`, `set` or `dict`."""

    __slots__ = ("container", "key", "kind", "value")
    MNEMONIC = "collect"
    FIELDS = (("kind", "word"), ("container", "temp"), ("key", "temp?"), ("value", "temp"))

    def __init__(self, kind: str, container: int, key: int, value: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.kind: Final = kind
        self.container: Final = container
        self.key: Final = key
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.container, *present(self.key), self.value)


@final
class Format(Op):
    """One replacement field of an f-string; conversion is `s`, `r`, `a` or `-`."""

    __slots__ = ("conversion", "spec", "value")
    MNEMONIC = "format"
    FIELDS = (("value", "temp"), ("conversion", "word"), ("spec", "temp?"))

    def __init__(self, dest: int, value: int, conversion: str, spec: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value
        self.conversion: Final = conversion
        self.spec: Final = spec

    def uses(self) -> tuple[int, ...]:
        return (self.value, *present(self.spec))


@final
class Join(Op):
    """The concatenation of an f-string's parts."""

    __slots__ = ("parts",)
    MNEMONIC = "join"
    FIELDS = (("parts", "temps"),)

    def __init__(self, dest: int, parts: tuple[int, ...], at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.parts: Final = parts

    def uses(self) -> tuple[int, ...]:
        return self.parts


@final
class Interpolation(Op):
    """One field of a t-string (PEP 750), not yet formatted."""

    __slots__ = ("conversion", "expression", "spec", "value")
    MNEMONIC = "interpolation"
    FIELDS = (("value", "temp"), ("expression", "text"), ("conversion", "word"), ("spec", "temp?"))

    def __init__(
        self, dest: int, value: int, expression: str, conversion: str, spec: int, at: Located
    ) -> None:
        super().__init__(dest, at, NEVER)
        self.value: Final = value
        self.expression: Final = expression
        self.conversion: Final = conversion
        self.spec: Final = spec

    def uses(self) -> tuple[int, ...]:
        return (self.value, *present(self.spec))


@final
class Template(Op):
    """A t-string of strings and interpolations."""

    __slots__ = ("parts",)
    MNEMONIC = "template"
    FIELDS = (("parts", "temps"),)

    def __init__(self, dest: int, parts: tuple[int, ...], at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.parts: Final = parts

    def uses(self) -> tuple[int, ...]:
        return self.parts


@final
class Iter(Op):
    """`iter(value)`."""

    __slots__ = ("value",)
    MNEMONIC = "iter"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Next(Op):
    """The next value, or the sentinel that only `Exhausted` tests."""

    __slots__ = ("iterator",)
    MNEMONIC = "next"
    FIELDS = (("iterator", "temp"),)

    def __init__(self, dest: int, iterator: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.iterator: Final = iterator

    def uses(self) -> tuple[int, ...]:
        return (self.iterator,)


@final
class Exhausted(Op):
    """Whether `Next` gave the sentinel."""

    __slots__ = ("value",)
    MNEMONIC = "exhausted"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class AsyncIter(Op):
    """`aiter(value)`."""

    __slots__ = ("value",)
    MNEMONIC = "async_iter"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class AsyncNext(Op):
    """The awaitable of `anext(iterator)`."""

    __slots__ = ("iterator",)
    MNEMONIC = "async_next"
    FIELDS = (("iterator", "temp"),)

    def __init__(self, dest: int, iterator: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.iterator: Final = iterator

    def uses(self) -> tuple[int, ...]:
        return (self.iterator,)


@final
class Unpack(Op):
    """Unpack an iterable into a tuple of `before` values, or, unless `after` is -1, of `before`
    values, the list of the rest, and `after` values.
    """

    __slots__ = ("after", "before", "value")
    MNEMONIC = "unpack"
    FIELDS = (("value", "temp"), ("before", "int"), ("after", "int"))

    def __init__(self, dest: int, value: int, before: int, after: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value
        self.before: Final = before
        self.after: Final = after

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Element(Op):
    """One element of the tuple that `Unpack` or a match made."""

    __slots__ = ("index", "value")
    MNEMONIC = "element"
    FIELDS = (("value", "temp"), ("index", "int"))

    def __init__(self, dest: int, value: int, index: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.value: Final = value
        self.index: Final = index

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Length(Op):
    """`len(value)`."""

    __slots__ = ("value",)
    MNEMONIC = "length"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)
