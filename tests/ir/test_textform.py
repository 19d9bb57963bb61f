"""Printing and then parsing a function is the identity."""

from __future__ import annotations

import ast
import inspect
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.ir import textform
from assay.ir.function import (
    ASYNC_GENERATOR,
    CLASS,
    COROUTINE,
    FUNCTION,
    GENERATOR,
    GENERATOR_EXPRESSION,
    LAMBDA,
    MODULE,
    NO_BLOCK,
    PLAIN,
    TYPE_SCOPE,
    Block,
    Branch,
    FunctionIR,
    Goto,
    Parameters,
    Return,
    Terminator,
    Unreachable,
)
from assay.ir.ops import (
    ALL_OPS,
    NO_TEMP,
    Build,
    Call,
    MakeClass,
    MakeFunction,
    Op,
    Store,
)
from assay.ir.pretty import format_cfg, format_function, temp_count_of
from assay.ir.textform import TextFormError, parse_function
from assay.lowering.module import lower_module
from assay.source.span import Span

NAMES = st.one_of(
    st.sampled_from(["a", "b", "x.1", ".0", "<lambda>", "_C__x", "naïve", "b0:", "%1", "- odd"]),
    st.text(min_size=1, max_size=5),
)
LABELS = st.sampled_from(["k", "name", "*", "**", "", "if", "naïve"])
WORDS = st.one_of(st.sampled_from(["+", "not-in", "**", "local", "-", "!=", "%", "@"]), st.text())
TEMPS = st.integers(0, 30)
CONSTANTS = st.one_of(
    st.none(),
    st.booleans(),
    st.just(...),
    st.integers(),
    st.integers(min_value=10**5000, max_value=10**5001),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(),
    st.binary(),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    return Span(*[draw(st.integers(0, 10**5)) for _ in range(4)])


@st.composite
def operations(draw: st.DrawFn) -> Op:
    kind = draw(st.sampled_from(ALL_OPS))
    values: list[object] = []
    count = draw(st.integers(0, 3))
    if kind in (Call, Build, MakeClass):
        labels: tuple[str, ...] = tuple(draw(LABELS) for _ in range(count))
        if not any(labels):
            labels = ()
        args = tuple(draw(TEMPS) for _ in range(count))
        first: object = draw(WORDS) if kind is Build else draw(TEMPS)
        values = [first, args, labels]
        if kind is MakeClass:
            values.append(draw(st.sampled_from([NO_TEMP, 3])))
    elif kind is MakeFunction:
        names = tuple(
            draw(NAMES.filter(lambda name: name not in ("*", "**"))) for _ in range(count)
        )
        temps = tuple(draw(TEMPS) for _ in range(count))
        values = [draw(TEMPS), temps, names, temps, names, temps, draw(st.sampled_from([-1, 4]))]
    else:
        values = [draw(_field(field_kind)) for _, field_kind in kind.FIELDS]
    at = draw(spans())
    parameters = list(inspect.signature(kind).parameters)
    if "dest" in parameters:
        op = kind(draw(TEMPS), *values, at)  # type: ignore[arg-type, call-arg]
    else:
        op = kind(*values, at)  # type: ignore[arg-type, call-arg]
    op.risk = draw(st.integers(0, 2))
    return op


def _field(kind: str) -> st.SearchStrategy[object]:
    strategies: dict[str, st.SearchStrategy[object]] = {
        "temp": TEMPS,
        "temp?": st.one_of(st.just(NO_TEMP), TEMPS),
        "temps": st.lists(TEMPS, max_size=3).map(tuple),
        "names": st.lists(NAMES, max_size=3).map(tuple),
        "word": WORDS,
        "text": st.text(),
        "int": st.integers(-1, 5),
        "const": CONSTANTS,
    }
    return strategies[kind]


@st.composite
def terminators(draw: st.DrawFn) -> Terminator | None:
    at = draw(spans())
    return draw(
        st.sampled_from(
            [Goto(2, at), Branch(1, 0, 3, at), Return(4, at), Unreachable(at), None],
        )
    )


@st.composite
def functions(draw: st.DrawFn, depth: int = 2) -> FunctionIR:
    some_names = st.lists(NAMES, max_size=2, unique=True).map(tuple)
    parameters = Parameters(
        draw(some_names),
        draw(some_names),
        draw(st.sampled_from(["", "args", "b c"])),
        draw(some_names),
        draw(st.sampled_from(["", "kwargs", "**"])),
    )
    kinds = [MODULE, CLASS, FUNCTION, LAMBDA, GENERATOR_EXPRESSION, TYPE_SCOPE]
    function = FunctionIR(
        draw(st.one_of(st.just(""), NAMES)),
        draw(st.one_of(st.just(""), NAMES)),
        draw(st.sampled_from(kinds)),
        draw(st.sampled_from([PLAIN, GENERATOR, COROUTINE, ASYNC_GENERATOR])),
        parameters,
        draw(st.integers(0, 10**6)),
        None,
    )
    function.locals = draw(some_names)
    function.cells = draw(some_names)
    function.free = draw(some_names)
    for _ in range(draw(st.integers(0, 3))):
        handler = draw(st.sampled_from([NO_BLOCK, 0, 7]))
        block = Block(draw(st.integers(0, 9)), handler, draw(st.integers(0, 2)))
        block.ops.extend(draw(st.lists(operations(), max_size=4)))
        block.terminator = draw(terminators())
        function.blocks.append(block)
    function.temp_count = temp_count_of(function)
    function.over_budget = draw(st.sampled_from([0, 200_000]))
    if depth:
        function.children.extend(draw(st.lists(functions(depth - 1), max_size=2)))
    return function


def assert_same(one: FunctionIR, other: FunctionIR, with_positions: bool) -> None:
    """Every field is equal but `node` (and positions, unless they were printed)."""
    for field in ("name", "qualname", "kind", "flavour", "first_line", "locals", "cells", "free"):
        assert getattr(one, field) == getattr(other, field)
    assert temp_count_of(one) == other.temp_count
    assert one.over_budget == other.over_budget
    for part in ("positional_only", "positional", "star", "keyword_only", "star_star"):
        assert getattr(one.parameters, part) == getattr(other.parameters, part)
    assert len(one.blocks) == len(other.blocks)
    for block, again in zip(one.blocks, other.blocks, strict=True):
        assert (block.ident, block.handler, block.caught) == (
            again.ident,
            again.handler,
            again.caught,
        )
        assert len(block.ops) == len(again.ops)
        pairs: list[tuple[object, object]] = list(zip(block.ops, again.ops, strict=True))
        for op, read in [*pairs, (block.terminator, again.terminator)]:
            assert_same_parts(op, read, with_positions)
    assert len(one.children) == len(other.children)
    for child, read_child in zip(one.children, other.children, strict=True):
        assert_same(child, read_child, with_positions)


def assert_same_parts(one: object, other: object, with_positions: bool) -> None:
    assert type(one) is type(other)
    for cls in type(one).__mro__:
        for field in getattr(cls, "__slots__", ()):
            left, right = getattr(one, field), getattr(other, field)
            if field != "at":
                assert type(left) is type(right)
                assert left == right
            elif with_positions:
                for number in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                    assert getattr(left, number) == getattr(right, number)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(functions(), st.booleans())
def test_random_functions_read_back(function: FunctionIR, with_positions: bool) -> None:
    text = format_function(function, with_positions)
    assert_same(function, parse_function(text), with_positions)


@pytest.mark.parametrize("name", ["textwrap", "contextlib", "asyncio/streams", "dataclasses"])
def test_lowered_code_reads_back(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib"), f"{name}.py")
    function = lower_module(ast.parse(path.read_bytes()), name)
    for with_positions in (False, True):
        text = format_function(function, with_positions)
        assert_same(function, parse_function(text), with_positions)
    assert format_cfg(function)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected a function"),
        ("thing f plain line 1\n", "line 1: unknown kind of function 'thing'"),
        ("function f odd line 1\n", "line 1: unknown flavour 'odd'"),
        ("function f plain line x\n", "line 1: expected a number, found 'x'"),
        (
            "function f plain line 1\n  b0:\n    %0 = nothing\n",
            "line 3: unknown operation 'nothing'",
        ),
        ("function f plain line 1\n  b0:\n    %0 = nop\n", "line 3: nop has no result"),
        (
            "function f plain line 1\n  b0: handler b2\n    raise - - !b1\n",
            "line 3: the exceptional edge does not lead to the block's handler",
        ),
        ("function f plain line 1\n  b0:\n    goto 3\n", "line 3: expected a block, found '3'"),
        (
            "function f plain line 1\n  b0:\n    return %0\n    nop\n",
            "line 4: an operation after the terminator",
        ),
        ("function f plain line 1\nmore\n", "line 2: text after the end of the function"),
        ("function f plain line 1\n  b0:\n    %0 = const 'a\n", "line 3: cannot read"),
    ],
)
def test_errors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(TextFormError) as caught:
        parse_function(text)
    assert str(caught.value).startswith(message)


def test_operations_without_result_are_known() -> None:
    """The parser's list of operations that take no `dest` is that of the constructors."""
    found = {kind for kind in ALL_OPS if "dest" not in inspect.signature(kind).parameters}
    assert found == textform._WITHOUT_DEST
    assert Store in found


def test_example() -> None:
    function = lower_module(
        ast.parse("def f(a, /, b, *c, d, **e):\n    return g(a, *b, k=c)\n"), "m"
    )
    text = format_function(function.children[0], with_positions=False)
    assert text == (
        "function f plain line 1\n"
        "  qualname f\n"
        "  params (a, /, b, *c, d, **e)\n"
        "  locals a b d c e\n"
        "  b0:\n"
        "    %0 = load global g                          ?out\n"
        "    %1 = load local a\n"
        "    %3 = load local b\n"
        "    %2 = spread * %3                            !out\n"
        "    %4 = load local c\n"
        "    %5 = call %0 (%1, *%2, k=%4)                !out\n"
        "    return %5\n"
    )
