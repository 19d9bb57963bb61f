"""What one expression costs in one mode: few steps, polynomially many, or exponentially many.

    analyse(r"(\\w+\\s?)*$", 0, MATCH).kind       EXPONENTIAL, with a witness
    analyse(r"\\w+\\s*$", 0, MATCH).kind          LINEAR

An answer is a statement about the automaton, which is exact but for what `rough` names. Where it
says LINEAR, a match takes a number of steps proportional to the length of the text; the other way
round, `trial` runs the witness.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, final

from assay.regex.ambiguity import chains
from assay.regex.automaton import FULLMATCH, MATCH, MODES, SEARCH, TooLargeError, build, relaxed
from assay.regex.tree import (
    Atomic,
    Chars,
    Choice,
    Look,
    Node,
    NotReadableError,
    Pattern,
    Repeat,
    Sequence,
    Tree,
    parse,
)
from assay.regex.witness import Witness, witness_of

__all__ = ["FULLMATCH", "MATCH", "MODES", "SEARCH", "Answer", "analyse"]

LINEAR: Final = "linear"
POLYNOMIAL: Final = "polynomial"
EXPONENTIAL: Final = "exponential"
UNKNOWN: Final = "unknown"

_MOST_WITNESSES: Final = 3
_LONGEST: Final = 20_000
"""Characters of a pattern above which it is not read."""


@final
class Answer:
    """What an expression costs in one mode.

    `witnesses`, most costly first, when it is polynomial or exponential; `reason` when it is
    unknown. `is_atomic`: it is linear, and would not be without its atomic or possessive parts.
    """

    __slots__ = ("is_atomic", "kind", "reason", "rough", "witnesses")

    def __init__(
        self,
        kind: str,
        witnesses: tuple[Witness, ...] = (),
        reason: str = "",
        rough: tuple[str, ...] = (),
        is_atomic: bool = False,
    ) -> None:
        self.kind: Final = kind
        self.witnesses: Final = witnesses
        self.reason: Final = reason
        self.rough: Final = rough
        self.is_atomic: Final = is_atomic

    @property
    def degree(self) -> int:
        """The exponent of a polynomial, 1 for linear, 0 for exponential."""
        return self.witnesses[0].degree if self.witnesses else 1


_HARMLESS: Final = Answer(LINEAR)


@lru_cache(maxsize=4096)
def analyse(pattern: Pattern, flags: int, mode: str) -> Answer:
    """What a pattern costs, `flags` as given to `re.compile`. Never raises."""
    stars = b"*+{" if isinstance(pattern, bytes) else "*+{"
    if not any(each in stars for each in pattern):
        return _HARMLESS
    if len(pattern) > _LONGEST:
        return Answer(UNKNOWN, reason="budget: the pattern is long")
    try:
        tree = parse(pattern, flags)
        if _is_harmless(tree.root, mode):
            return _HARMLESS
        return _analyse(tree, mode)
    except NotReadableError as error:
        return Answer(UNKNOWN, reason=f"not readable: {error}")
    except (TooLargeError, RecursionError) as error:
        return Answer(UNKNOWN, reason=f"budget: {error}")


def _analyse(tree: Tree, mode: str) -> Answer:
    try:
        answer = _judged(tree, mode, False)
    except TooLargeError:
        answer = _judged(tree, mode, True)
        if answer.kind != LINEAR:
            raise
    if answer.kind == LINEAR and _has_atomic(tree.root):
        try:
            plain = _judged(relaxed(tree), mode, False)
        except TooLargeError:
            return answer
        return Answer(LINEAR, is_atomic=plain.kind != LINEAR)
    return answer


def _judged(tree: Tree, mode: str, is_widened: bool) -> Answer:
    automaton = build(tree, mode, is_widened)
    found: list[Witness] = []
    for chain in chains(automaton):
        witness = witness_of(automaton, chain)
        if witness is not None:
            found.append(witness)
            if len(found) == _MOST_WITNESSES:
                break
    if not found:
        return _HARMLESS
    found.sort(key=lambda each: (each.degree > 0, -each.degree, each.is_masked))
    kind = POLYNOMIAL if found[0].degree else EXPONENTIAL
    return Answer(kind, tuple(found), rough=automaton.rough)


def _is_harmless(root: Node, mode: str) -> bool:
    """Whether a look at the tree is enough: no repeat without a bound, or one in a match."""
    counted = _Loops()
    counted.add(root)
    return counted.loops == 0 or (mode != SEARCH and counted.loops == 1 and counted.is_simple)


@final
class _Loops:
    """Counts repeats without a high bound; simple ones repeat a single character."""

    __slots__ = ("is_simple", "loops")

    def __init__(self) -> None:
        self.loops = 0
        self.is_simple = True

    def add(self, node: Node) -> None:
        if isinstance(node, (Sequence, Choice)):
            for part in node.parts:
                self.add(part)
        elif isinstance(node, Repeat):
            if node.high is None:
                self.loops += 1
                self.is_simple = self.is_simple and isinstance(node.body, Chars)
            elif self_repeats(node):
                before = self.loops
                self.add(node.body)
                self.loops += self.loops - before  # each copy has its own
                return
            self.add(node.body)
        elif isinstance(node, (Look, Atomic)):
            self.add(node.body)


def self_repeats(node: Repeat) -> bool:
    """Whether the body may stand there more than once."""
    return node.high is None or node.high > 1


def _has_atomic(node: Node) -> bool:
    if isinstance(node, (Sequence, Choice)):
        return any(_has_atomic(part) for part in node.parts)
    if isinstance(node, Repeat):
        return node.is_possessive or _has_atomic(node.body)
    if isinstance(node, Look):
        return _has_atomic(node.body)
    return isinstance(node, Atomic)
