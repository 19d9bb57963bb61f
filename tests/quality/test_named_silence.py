"""Silence has a reason: gates are named, used, and of rules that exist; unnamed ones get fewer."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import assay
from assay.checkers.registry import all_checkers
from assay.program.silence import Gate, Limit, gates, limits

PACKAGE: Final = Path(assay.__file__).parent
LAYERS: Final = ("domains", "checkers")
KEPT: Final = Path(__file__).parent / "unnamed.tsv"
MAKERS: Final = frozenset({"not_a_site", "excused", "not_known", "limit"})
SAYS_NOTHING: Final = frozenset({"None", "False", "[]", "()"})


def modules() -> list[tuple[str, ast.Module]]:
    """The modules of the layers that ask questions, by their paths in the package."""
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8")))
        for layer in LAYERS
        for path in sorted((PACKAGE / layer).rglob("*.py"))
    ]


def unnamed(tree: ast.Module) -> int:
    """How often functions of a module say nothing without a name for it.

    What stands under a condition that asks a gate (`if gap and NEAR.stops(...): continue`) has one.
    """
    named = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and asks_gate(node.test)
        for inner in node.body
    }
    count = 0
    for node in ast.walk(tree):
        if id(node) in named:
            continue
        if isinstance(node, ast.Return):
            count += node.value is not None and ast.unparse(node.value) in SAYS_NOTHING
        count += isinstance(node, ast.Continue)
    return count


def asks_gate(test: ast.expr) -> bool:
    """Whether a condition asks whether a gate stands."""
    return any(
        isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in ("stops", "_stops"))
            or (isinstance(node.func, ast.Name) and node.func.id == "_stops")
        )
        for node in ast.walk(test)
    )


def made(tree: ast.Module) -> list[str]:
    """The constants of a module that are gates or limits."""
    return [
        node.target.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in MAKERS
    ]


def test_names_and_sentences_are_well_formed() -> None:
    rules = {checker.rule.id for checker in all_checkers()}
    known: list[Gate | Limit] = [*gates().values(), *limits().values()]
    assert len(known) > 40
    for each in known:
        ident = each.ident
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", ident), ident
        assert each.sentence, ident
        assert each.sentence[0].islower(), ident
        assert not each.sentence.endswith("."), ident
        assert each.rules, ident
        assert set(each.rules) <= rules, (ident, each.rules)


def test_every_gate_and_limit_is_used() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))
    unused = [
        f"{path}: {name}"
        for path, tree in modules()
        for name in made(tree)
        if len(re.findall(rf"\b{name}\b", texts)) < 2
    ]
    assert unused == []


def test_fewer_and_fewer_say_nothing_without_a_name() -> None:
    """`unnamed.tsv` holds what each module is allowed; a module that gets better lowers its number.

    A gate guards a judgement. What is no question at all (the operation is no call) needs none: a
    module in which only such ones are left keeps its number.
    """
    kept = dict(line.split("\t") for line in KEPT.read_text("utf-8").splitlines())
    counts = {path: unnamed(tree) for path, tree in modules()}
    worse = [
        f"{path}: {count}, allowed {kept.get(path, '0')}"
        for path, count in counts.items()
        if count > int(kept.get(path, "0"))
    ]
    assert worse == [], "give these a named gate (assay.program.silence)"
    slack = sum(map(int, kept.values())) - sum(counts.values())
    text = "".join(f"{path}\t{count}\n" for path, count in counts.items() if count)
    assert slack <= 10, f"better by {slack}: {KEPT.name} should be\n{text}"
