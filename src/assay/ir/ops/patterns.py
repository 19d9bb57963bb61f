"""The tests of `match` statements."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops.base import NEVER, UNLIKELY, Located, Op


@final
class MatchClass(Op):
    """The tuple of attributes of a class pattern, or None."""

    __slots__ = ("cls", "names", "positional", "subject")
    MNEMONIC = "match_class"
    FIELDS = (("subject", "temp"), ("cls", "temp"), ("positional", "int"), ("names", "names"))

    def __init__(
        self,
        dest: int,
        subject: int,
        cls: int,
        positional: int,
        names: tuple[str, ...],
        at: Located,
    ) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.subject: Final = subject
        self.cls: Final = cls
        self.positional: Final = positional
        self.names: Final = names

    def uses(self) -> tuple[int, ...]:
        return (self.subject, self.cls)


@final
class MatchMapping(Op):
    """Whether the subject is a mapping."""

    __slots__ = ("subject",)
    MNEMONIC = "match_mapping"
    FIELDS = (("subject", "temp"),)

    def __init__(self, dest: int, subject: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.subject: Final = subject

    def uses(self) -> tuple[int, ...]:
        return (self.subject,)


@final
class MatchKeys(Op):
    """The tuple of the values of these keys, or None."""

    __slots__ = ("keys", "subject")
    MNEMONIC = "match_keys"
    FIELDS = (("subject", "temp"), ("keys", "temps"))

    def __init__(self, dest: int, subject: int, keys: tuple[int, ...], at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.subject: Final = subject
        self.keys: Final = keys

    def uses(self) -> tuple[int, ...]:
        return (self.subject, *self.keys)


@final
class MappingRest(Op):
    """A dict of the subject without these keys."""

    __slots__ = ("keys", "subject")
    MNEMONIC = "mapping_rest"
    FIELDS = (("subject", "temp"), ("keys", "temps"))

    def __init__(self, dest: int, subject: int, keys: tuple[int, ...], at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.subject: Final = subject
        self.keys: Final = keys

    def uses(self) -> tuple[int, ...]:
        return (self.subject, *self.keys)


@final
class MatchSequence(Op):
    """Whether the subject is a sequence and no str or bytes."""

    __slots__ = ("subject",)
    MNEMONIC = "match_sequence"
    FIELDS = (("subject", "temp"),)

    def __init__(self, dest: int, subject: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.subject: Final = subject

    def uses(self) -> tuple[int, ...]:
        return (self.subject,)
