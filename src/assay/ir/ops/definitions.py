"""Imports, functions, classes and annotations."""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops.base import NEVER, NO_TEMP, POSSIBLE, UNLIKELY, Located, Op, present


@final
class Import(Op):
    """`__import__`: the top package when `names` is empty, the named module otherwise."""

    __slots__ = ("level", "module", "names")
    MNEMONIC = "import"
    FIELDS = (("module", "text"), ("level", "int"), ("names", "names"))

    def __init__(
        self, dest: int, module: str, level: int, names: tuple[str, ...], at: Located
    ) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.module: Final = module
        self.level: Final = level
        self.names: Final = names


@final
class ImportFrom(Op):
    """A name of an imported module, or its submodule."""

    __slots__ = ("module", "name")
    MNEMONIC = "import_from"
    FIELDS = (("module", "temp"), ("name", "word"))

    def __init__(self, dest: int, module: int, name: str, at: Located) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.module: Final = module
        self.name: Final = name

    def uses(self) -> tuple[int, ...]:
        return (self.module,)


@final
class ImportStar(Op):
    """`from module import *`."""

    __slots__ = ("module",)
    MNEMONIC = "import_star"
    FIELDS = (("module", "temp"),)

    def __init__(self, module: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, POSSIBLE)
        self.module: Final = module

    def uses(self) -> tuple[int, ...]:
        return (self.module,)


@final
class MakeFunction(Op):
    """A closure over the function's child number `child`."""

    __slots__ = (
        "annotation_names",
        "annotations",
        "child",
        "defaults",
        "keyword_defaults",
        "keyword_names",
        "type_params",
    )
    MNEMONIC = "make_function"
    FIELDS = (
        ("child", "int"),
        ("defaults", "temps"),
        ("keyword_names", "names"),
        ("keyword_defaults", "temps"),
        ("annotation_names", "names"),
        ("annotations", "temps"),
        ("type_params", "temp?"),
    )

    def __init__(
        self,
        dest: int,
        child: int,
        defaults: tuple[int, ...],
        keyword_names: tuple[str, ...],
        keyword_defaults: tuple[int, ...],
        annotation_names: tuple[str, ...],
        annotations: tuple[int, ...],
        type_params: int,
        at: Located,
    ) -> None:
        super().__init__(dest, at, NEVER)
        self.child: Final = child
        self.defaults: Final = defaults
        self.keyword_names: Final = keyword_names
        self.keyword_defaults: Final = keyword_defaults
        self.annotation_names: Final = annotation_names
        self.annotations: Final = annotations
        self.type_params: Final = type_params

    def uses(self) -> tuple[int, ...]:
        return (
            *self.defaults,
            *self.keyword_defaults,
            *self.annotations,
            *present(self.type_params),
        )


@final
class MakeClass(Op):
    """Run a class body (the child) and make the class; bases and keywords as in `Call`."""

    __slots__ = ("args", "child", "labels", "type_params")
    MNEMONIC = "make_class"
    FIELDS = (("child", "int"), ("args", "temps"), ("labels", "labels"), ("type_params", "temp?"))

    def __init__(
        self,
        dest: int,
        child: int,
        args: tuple[int, ...],
        labels: tuple[str, ...],
        type_params: int,
        at: Located,
    ) -> None:
        super().__init__(dest, at, POSSIBLE)
        self.child: Final = child
        self.args: Final = args
        self.labels: Final = labels
        self.type_params: Final = type_params

    def uses(self) -> tuple[int, ...]:
        return (*self.args, *present(self.type_params))


@final
class MakeTypeParam(Op):
    """A `typevar`, `typevartuple` or `paramspec`; bound and default are children evaluated on
    demand, or -1.
    """

    __slots__ = ("bound", "default", "kind", "name")
    MNEMONIC = "make_type_param"
    FIELDS = (("kind", "word"), ("name", "word"), ("bound", "int"), ("default", "int"))

    def __init__(
        self, dest: int, kind: str, name: str, bound: int, default: int, at: Located
    ) -> None:
        super().__init__(dest, at, NEVER)
        self.kind: Final = kind
        self.name: Final = name
        self.bound: Final = bound
        self.default: Final = default


@final
class MakeTypeAlias(Op):
    """`type name = ...`; the child computes the value on demand."""

    __slots__ = ("child", "name", "type_params")
    MNEMONIC = "make_type_alias"
    FIELDS = (("name", "word"), ("type_params", "temp?"), ("child", "int"))

    def __init__(self, dest: int, name: str, type_params: int, child: int, at: Located) -> None:
        super().__init__(dest, at, NEVER)
        self.name: Final = name
        self.type_params: Final = type_params
        self.child: Final = child

    def uses(self) -> tuple[int, ...]:
        return (*present(self.type_params),)


@final
class SetupAnnotations(Op):
    """Make sure that `__annotations__` exists in a class or module body."""

    __slots__ = ()
    MNEMONIC = "setup_annotations"

    def __init__(self, at: Located) -> None:
        super().__init__(NO_TEMP, at, NEVER)


@final
class Annotate(Op):
    """`__annotations__[name] = value`."""

    __slots__ = ("name", "value")
    MNEMONIC = "annotate"
    FIELDS = (("name", "word"), ("value", "temp"))

    def __init__(self, name: str, value: int, at: Located) -> None:
        super().__init__(NO_TEMP, at, UNLIKELY)
        self.name: Final = name
        self.value: Final = value

    def uses(self) -> tuple[int, ...]:
        return (self.value,)


@final
class Nop(Op):
    """A statement without effect, kept so that every executed line has an operation."""

    __slots__ = ()
    MNEMONIC = "nop"

    def __init__(self, at: Located) -> None:
        super().__init__(NO_TEMP, at, NEVER)
