"""Literals, variables, attributes, items and operators."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops.base import (
    NEVER,
    NO_TEMP,
    POSSIBLE,
    UNLIKELY,
    ConstantValue,
    Located,
    Op,
    present,
)


@final
class Const(Op):
    """A literal."""

    __slots__ = ("value",)
    MNEMONIC = "const"
    FIELDS = (("value", "const"),)

    def __init__(self, dest: int, value: ConstantValue, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.value: Final = value


@final
class Intrinsic(Op):
    """A builtin that the language itself refers to, whatever its name is bound to:
    `AssertionError`.
    """

    __slots__ = ("name",)
    MNEMONIC = "intrinsic"
    FIELDS = (("name", "word"),)

    def __init__(self, dest: int, name: str, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.name: Final = name


@final
class Load(Op):
    """Read a variable; an unbound one raises `NameError` or `UnboundLocalError`."""

    __slots__ = ("name", "scope")
    MNEMONIC = "load"
    FIELDS = (("scope", "word"), ("name", "word"))

    def __init__(self, dest: int, scope: str, name: str, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.scope: Final = scope
        self.name: Final = name


@final
class Store(Op):
    """Bind a variable."""

    __slots__ = ("name", "scope", "value")
    MNEMONIC = "store"
    FIELDS = (("scope", "word"), ("name", "word"), ("value", "temp"))

    def __init__(self, scope: str, name: str, value: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, NEVER)
        self.scope: Final = scope
        self.name: Final = name
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Delete(Op):
    """Unbind a variable; an unbound one raises."""

    __slots__ = ("name", "scope")
    MNEMONIC = "delete"
    FIELDS = (("scope", "word"), ("name", "word"))

    def __init__(self, scope: str, name: str, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.scope: Final = scope
        self.name: Final = name


@final
class MakeCell(Op):
    """A fresh, empty cell for a variable of an inlined comprehension that a closure captures."""

    __slots__ = ("name",)
    MNEMONIC = "make_cell"
    FIELDS = (("name", "word"),)

    def __init__(self, name: str, at: Located) -> None:
        super().__init__(NO_TEMP, at, NEVER)
        self.name: Final = name


@final
class Copy(Op):
    """The same value under another temporary: where conditional expressions meet."""

    __slots__ = ("value",)
    MNEMONIC = "copy"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Attr(Op):
    """`object.name`."""

    __slots__ = ("name", "owner")
    MNEMONIC = "attr"
    FIELDS = (("owner", "temp"), ("name", "word"))

    def __init__(self, dest: int, owner: int, name: str, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.owner: Final = owner
        self.name: Final = name

    def uses(self) -> tuple[int, ...]:
        return (self.owner,)


@final
class SetAttr(Op):
    """`object.name = value`."""

    __slots__ = ("name", "owner", "value")
    MNEMONIC = "set_attr"
    FIELDS = (("owner", "temp"), ("name", "word"), ("value", "temp"))

    def __init__(self, owner: int, name: str, value: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.owner: Final = owner
        self.name: Final = name
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.owner, self.value)


@final
class DelAttr(Op):
    """`del object.name`."""

    __slots__ = ("name", "owner")
    MNEMONIC = "del_attr"
    FIELDS = (("owner", "temp"), ("name", "word"))

    def __init__(self, owner: int, name: str, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.owner: Final = owner
        self.name: Final = name

    def uses(self) -> tuple[int, ...]:
        return (self.owner,)


@final
class Item(Op):
    """`object[index]`."""

    __slots__ = ("index", "owner")
    MNEMONIC = "item"
    FIELDS = (("owner", "temp"), ("index", "temp"))

    def __init__(self, dest: int, owner: int, index: int, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.owner: Final = owner
        self.index: Final = index

    def uses(self) -> tuple[int, ...]:
        return (self.owner, self.index)


@final
class SetItem(Op):
    """`object[index] = value`."""

    __slots__ = ("index", "owner", "value")
    MNEMONIC = "set_item"
    FIELDS = (("owner", "temp"), ("index", "temp"), ("value", "temp"))

    def __init__(self, owner: int, index: int, value: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.owner: Final = owner
        self.index: Final = index
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.owner, self.index, self.value)


@final
class DelItem(Op):
    """`del object[index]`."""

    __slots__ = ("index", "owner")
    MNEMONIC = "del_item"
    FIELDS = (("owner", "temp"), ("index", "temp"))

    def __init__(self, owner: int, index: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, POSSIBLE)
        self.owner: Final = owner
        self.index: Final = index

    def uses(self) -> tuple[int, ...]:
        return (self.owner, self.index)


@final
class Slice(Op):
    """`slice(lower, upper, step)`; absent bounds are None."""

    __slots__ = ("lower", "step", "upper")
    MNEMONIC = "slice"
    FIELDS = (("lower", "temp?"), ("upper", "temp?"), ("step", "temp?"))

    def __init__(self, dest: int, lower: int, upper: int, step: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.lower: Final = lower
        self.upper: Final = upper
        self.step: Final = step

    def uses(self) -> tuple[int, ...]:
        return (*present(self.lower), *present(self.upper), *present(self.step))


@final
class Unary(Op):
    """`-`, `+`, `~` or `not`."""

    __slots__ = ("operand", "operator")
    MNEMONIC = "unary"
    FIELDS = (("operator", "word"), ("operand", "temp"))

    def __init__(self, dest: int, operator: str, operand: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.operator: Final = operator
        self.operand: Final = operand

    def uses(self) -> tuple[int, ...]:
        return (self.operand,)


@final
class Binary(Op):
    """An arithmetic or bitwise operator."""

    __slots__ = ("left", "operator", "right")
    MNEMONIC = "binary"
    FIELDS = (("operator", "word"), ("left", "temp"), ("right", "temp"))

    def __init__(self, dest: int, operator: str, left: int, right: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.operator: Final = operator
        self.left: Final = left
        self.right: Final = right

    def uses(self) -> tuple[int, ...]:
        return (self.left, self.right)


@final
class Inplace(Op):
    """The operator of an augmented assignment, `+` for `+=`."""

    __slots__ = ("left", "operator", "right")
    MNEMONIC = "inplace"
    FIELDS = (("operator", "word"), ("left", "temp"), ("right", "temp"))

    def __init__(self, dest: int, operator: str, left: int, right: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.operator: Final = operator
        self.left: Final = left
        self.right: Final = right

    def uses(self) -> tuple[int, ...]:
        return (self.left, self.right)


@final
class Compare(Op):
    """One comparison; the words are `<` ... `in`, `not-in`, `is`, `is-not`."""

    __slots__ = ("left", "operator", "right")
    MNEMONIC = "compare"
    FIELDS = (("operator", "word"), ("left", "temp"), ("right", "temp"))

    def __init__(self, dest: int, operator: str, left: int, right: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.operator: Final = operator
        self.left: Final = left
        self.right: Final = right

    def uses(self) -> tuple[int, ...]:
        return (self.left, self.right)


@final
class Truth(Op):
    """`bool(value)`, what a branch tests."""

    __slots__ = ("value",)
    MNEMONIC = "truth"
    FIELDS = (("value", "temp"),)

    def __init__(self, dest: int, value: int, at: Located) -> None:
        super().__init__(dest, at, UNLIKELY)
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)
