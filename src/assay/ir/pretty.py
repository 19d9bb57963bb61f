"""The text form of the IR, for people, golden tests and `assay dump ir`.

One line an operation. An operation that may raise shows where its exceptional edge leads: `!b3`
or `!out` (out of the function) when it raises in correct programs, `?b3` or `?out` when only a
wrong program makes it raise. A block shows its handler, and how many exceptions are being
handled on entry when that is not 0. What is derivable is left out.

    function f plain line 1
      qualname f
      params (p)
      locals p
      b0: handler b1
        %0 = load global g                      ?b1
        %1 = load local p                       ?b1
        %2 = call %0 (%1)                       !b1
        %3 = const None
        return %3
      b1:
        ...

Invariant: `textform.parse_function(format_function(f, positions))` is `f` again, but for `node`,
`regions`, a `temp_count` that is higher than the blocks need, and, without positions, for where
the operations stand.
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from assay.ir.function import (
    NO_BLOCK,
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
    NEVER,
    NO_TEMP,
    POSSIBLE,
    Build,
    Call,
    Const,
    ConstantValue,
    Located,
    MakeClass,
    MakeFunction,
    Op,
)

EDGE_COLUMN: Final = 44
"""Where the exceptional edges start, counted from the operation's first column."""

_BARE_WORD: Final = re.compile(r"[\w.<>$+*/%@&|^~=!-]+")
_BARE_NAME: Final = re.compile(r"[\w.<>$]+")
_DECIMAL_BITS: Final = 64  # longer literals are printed in hexadecimal, which has no size limit


def format_function(function: FunctionIR, with_positions: bool) -> str:
    """The text form of a function and its children, with a newline at the end."""
    lines: list[str] = []
    _function(function, "", with_positions, lines)
    return "\n".join(lines) + "\n"


def format_op(op: Op, handler: int, with_positions: bool) -> str:
    """One operation, without indentation; `handler` is that of its block."""
    text = _operation(op)
    if op.risk != NEVER:
        mark = "!" if op.risk == POSSIBLE else "?"
        target = "out" if handler == NO_BLOCK else f"b{handler}"
        text = f"{text:<{EDGE_COLUMN - 1}} {mark}{target}"
    return text + _position(op.at) if with_positions else text


def format_terminator(end: Terminator, with_positions: bool) -> str:
    """A terminator, without indentation."""
    if isinstance(end, Goto):
        text = f"goto b{end.target}"
    elif isinstance(end, Branch):
        text = f"branch %{end.condition} b{end.then} b{end.otherwise}"
    elif isinstance(end, Return):
        text = f"return %{end.value}"
    elif isinstance(end, Unreachable):
        text = "unreachable"
    else:
        raise TypeError(f"unknown terminator {type(end).__name__}")
    return text + _position(end.at) if with_positions else text


def format_cfg(function: FunctionIR) -> str:
    """The control-flow graph of a function and its children: each block's lines, predecessors
    and successors, normal and exceptional.

    Exceptional predecessors are marked with `!`.

        f: 3 blocks
          b0: lines 1-2, 4 operations, from -, to b1, raises to b2
    """
    lines: list[str] = []
    _cfg(function, lines)
    return "\n".join(lines) + "\n"


def word(text: str) -> str:
    """A word as it is, or quoted where it would not read back."""
    return text if _BARE_WORD.fullmatch(text) else quoted(text)


def name(text: str) -> str:
    """A name as it is, or quoted where it would not read back."""
    return text if _BARE_NAME.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """A string literal on one line."""
    return repr(text)


def constant(value: ConstantValue) -> str:
    """A literal on one line."""
    if value is Ellipsis:
        return "..."
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int):
        return hex(value) if value.bit_length() > _DECIMAL_BITS else repr(value)
    if isinstance(value, complex):
        return f"complex({value.real!r}, {value.imag!r})"
    if isinstance(value, (str, bytes, float)):
        return repr(value)
    assert_never(value)


def temp_count_of(function: FunctionIR) -> int:
    """One more than the highest temporary that the blocks mention."""
    highest = NO_TEMP
    for block in function.blocks:
        for op in block.ops:
            highest = max(highest, op.dest, *op.uses(), NO_TEMP)
        end = block.terminator
        if isinstance(end, Branch):
            highest = max(highest, end.condition)
        elif isinstance(end, Return):
            highest = max(highest, end.value)
    return highest + 1


def _function(function: FunctionIR, indent: str, with_positions: bool, lines: list[str]) -> None:
    lines.append(
        f"{indent}{function.kind} {name(function.name)} {function.flavour} "
        f"line {function.first_line}"
    )
    inner = indent + "  "
    if function.qualname:
        lines.append(f"{inner}qualname {name(function.qualname)}")
    if function.parameters.names():
        lines.append(f"{inner}params ({_parameters(function.parameters)})")
    for title, variables in (
        ("locals", function.locals),
        ("cells", function.cells),
        ("free", function.free),
    ):
        if variables:
            lines.append(f"{inner}{title} {' '.join([name(each) for each in variables])}")
    if function.over_budget:
        lines.append(f"{inner}over_budget {function.over_budget}")
    for block in function.blocks:
        _block(block, inner, with_positions, lines)
    for child in function.children:
        _function(child, inner, with_positions, lines)


def _block(block: Block, indent: str, with_positions: bool, lines: list[str]) -> None:
    head = f"{indent}b{block.ident}:"
    if block.handler != NO_BLOCK:
        head += f" handler b{block.handler}"
    if block.caught:
        head += f" caught {block.caught}"
    lines.append(head)
    handler = block.handler
    lines += [f"{indent}  {format_op(op, handler, with_positions)}" for op in block.ops]
    if block.terminator is not None:
        lines.append(f"{indent}  {format_terminator(block.terminator, with_positions)}")


def _parameters(parameters: Parameters) -> str:
    parts = [name(each) for each in parameters.positional_only]
    if parts:
        parts.append("/")
    parts += [name(each) for each in parameters.positional]
    if parameters.star:
        parts.append("*" + name(parameters.star))
    elif parameters.keyword_only:
        parts.append("*")
    parts += [name(each) for each in parameters.keyword_only]
    if parameters.star_star:
        parts.append("**" + name(parameters.star_star))
    return ", ".join(parts)


def _operation(op: Op) -> str:
    parts = [f"%{op.dest} = {op.MNEMONIC}" if op.dest != NO_TEMP else op.MNEMONIC]
    if isinstance(op, Call):
        parts += [f"%{op.callee}", _arguments(op.args, op.labels)]
    elif isinstance(op, Build):
        parts += [word(op.kind), _arguments(op.args, op.labels)]
    elif isinstance(op, MakeClass):
        parts += [str(op.child), _arguments(op.args, op.labels), _optional(op.type_params)]
    elif isinstance(op, MakeFunction):
        parts += _make_function(op)
    elif isinstance(op, Const):
        parts.append(constant(op.value))
    else:
        parts += [_field(getattr(op, field), kind) for field, kind in op.FIELDS]
    return " ".join(parts)


def _make_function(op: MakeFunction) -> list[str]:
    blanks = ("",) * len(op.defaults)
    parts = [
        str(op.child),
        _arguments((*op.defaults, *op.keyword_defaults), (*blanks, *op.keyword_names)),
    ]
    if op.annotation_names:
        parts += ["annotations", _arguments(op.annotations, op.annotation_names)]
    if op.type_params != NO_TEMP:
        parts += ["type_params", f"%{op.type_params}"]
    return parts


def _arguments(args: tuple[int, ...], labels: tuple[str, ...]) -> str:
    if not labels:
        return f"({', '.join([f'%{arg}' for arg in args])})"
    parts = []
    for arg, label in zip(args, labels, strict=True):
        if label == "" or label == "*" or label == "**":
            parts.append(f"{label}%{arg}")
        else:
            parts.append(f"{name(label)}=%{arg}")
    return f"({', '.join(parts)})"


def _field(value: object, kind: str) -> str:
    if isinstance(value, int):
        if kind == "int":
            return str(value)
        if kind == "temp?":
            return _optional(value)
        if kind == "temp":
            return f"%{value}"
    elif isinstance(value, str):
        if kind == "word":
            return word(value)
        if kind == "text":
            return quoted(value)
    elif isinstance(value, tuple):
        if kind == "temps":
            return f"({', '.join([f'%{item}' for item in value])})"
        if kind == "names":
            return f"({', '.join([name(str(item)) for item in value])})"
    raise TypeError(f"a field of kind {kind} holds {value!r}")


def _optional(temp: int) -> str:
    return "-" if temp == NO_TEMP else f"%{temp}"


def _position(at: Located) -> str:
    end_line, end_column = at.end_lineno, at.end_col_offset
    if end_line is None or end_column is None:
        return f"  @{at.lineno}:{at.col_offset}"
    return f"  @{at.lineno}:{at.col_offset}-{end_line}:{end_column}"


def _cfg(function: FunctionIR, lines: list[str]) -> None:
    predecessors: list[list[str]] = [[] for _ in function.blocks]
    for block in function.blocks:
        for target in dict.fromkeys(block.successors()):
            predecessors[target].append(f"b{block.ident}")
        if block.handler != NO_BLOCK and block.may_raise():
            predecessors[block.handler].append(f"!b{block.ident}")
    title = function.qualname or function.name or function.kind
    lines.append(f"{title}: {len(function.blocks)} blocks")
    lines += [f"  {_cfg_block(block, predecessors[block.ident])}" for block in function.blocks]
    for child in function.children:
        _cfg(child, lines)


def _cfg_block(block: Block, predecessors: list[str]) -> str:
    rows = [op.at.lineno for op in block.ops]
    if block.terminator is not None:
        rows.append(block.terminator.at.lineno)
    first, last = min(rows, default=0), max(rows, default=0)
    place = f"line {first}" if first == last else f"lines {first}-{last}"
    raising = "-"
    if block.may_raise():
        raising = "out" if block.handler == NO_BLOCK else f"b{block.handler}"
    successors = [f"b{target}" for target in dict.fromkeys(block.successors())]
    if isinstance(block.terminator, Return):
        successors = ["return"]
    count = len(block.ops)
    return (
        f"b{block.ident}: {place}, {count} operation{'s' if count != 1 else ''}, "
        f"from {' '.join(predecessors) or '-'}, to {' '.join(successors) or '-'}, "
        f"raises to {raising}"
    )
