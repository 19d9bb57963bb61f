"""Why a rule says nothing: gates, excuses and limits, each a named constant with a sentence.

A rule is silent for one of four reasons, and each place in the code that makes it so has a name:

    not a site   a condition that stands before the question, so that it is not asked
    excused      a condition that turns what would be found into a better word, or a lower one
    not known    a condition that makes anything `unseen`: what would decide it is not in view
    limit        a bound on the work, beyond which the answer is not known either

A `Gate` is asked where its condition holds, and not before, so that it costs nothing where it does
not; whatever a function then answers, it answers with the gate itself rather than with None:

    CLOSURE: Final = not_a_site("locks.closure", "a function inside calls it", "lock-not-released")

    if is_captured(function, op) and CLOSURE.stops(function.file, op.at.lineno):
        return CLOSURE

Whether a gate stops anything is the business of the run's `Account`: without one every gate does.
With one it is written down which stopped what, and chosen ones are lifted, which is how it is
measured what each holds back. A gate guards a *judgement*: where the code behind it could not go on
(there is no value, no call), there is nothing to lift, and no gate.

Invariant: an account changes no answer unless it lifts something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from assay.program.facts import FileFacts

NOT_A_SITE: Final = "not a site"
EXCUSED: Final = "excused"
NOT_KNOWN: Final = "not known"
LIMIT: Final = "limit"

ALL: Final = "*"
"""Stands for every gate in what an account lifts."""


@final
class Gate:
    """One named reason for saying nothing, or less.

    `ident` is the rule, or what several rules ask, and a name: "resource-leak.in-a-test".
    `sentence` says in the words of a reader why nothing is said: a clause in the present tense,
    lower case, without a full stop. `rules` are the ids of the rules that it silences.
    """

    __slots__ = ("ident", "kind", "rules", "sentence")

    def __init__(self, ident: str, kind: str, sentence: str, rules: tuple[str, ...]) -> None:
        self.ident: Final = ident
        self.kind: Final = kind
        self.sentence: Final = sentence
        self.rules: Final = rules

    def stops(self, file: FileFacts, line: int, rule: str = "") -> bool:
        """Whether the gate stands, now that its condition holds at a line; written down if asked.

        `line` is that of what the rule would speak of: the site where there is one. `rule` is the
        one that it silences here, of a gate of several; "" for all of them.
        """
        account = file.module.program.account
        return account is None or account.stops(self, file.source.path, line, rule)

    def is_lifted(self, file: FileFacts, line: int) -> bool:
        """Whether the gate is lifted at a line; not written down, for what is asked many times."""
        account = file.module.program.account
        return account is not None and account.lifts(self.ident, file.source.path, line)

    def note(self, file: FileFacts, line: int, rule: str = "") -> None:
        """Writes down that an answer that rests on the gate was used at another line.

        A call of a function whose summary is a gate, for instance.
        """
        account = file.module.program.account
        if account is not None:
            account.stops(self, file.source.path, line, rule)


@final
class Limit:
    """One named bound on the work of an analysis, in steps or things, never in seconds.

    `most` is how much is done at most; only tests change it.
    """

    __slots__ = ("ident", "most", "rules", "sentence")

    def __init__(self, ident: str, most: int, sentence: str, rules: tuple[str, ...]) -> None:
        self.ident: Final = ident
        self.most = most
        self.sentence: Final = sentence
        self.rules: Final = rules

    def note(self, file: FileFacts, line: int, rule: str = "") -> None:
        """Writes down that the limit was reached, if there is an account."""
        account = file.module.program.account
        if account is not None:
            account.reached(self, file.source.path, line, rule)


@final
class Silence:
    """That a gate or a limit silenced a rule at a line, or did not because it was lifted.

    `rule` is "" when it silences all of its rules there.
    """

    __slots__ = ("ident", "lifted", "line", "path", "rule")

    def __init__(self, path: str, line: int, ident: str, lifted: bool, rule: str = "") -> None:
        self.path: Final = path
        self.line: Final = line
        self.ident: Final = ident
        self.lifted: Final = lifted
        self.rule: Final = rule


@final
class Lifted:
    """Gates that stop nothing, in the lines of a file or everywhere.

    `ident` is a gate's, or `ALL`; `path` is "" for everywhere; lines are inclusive.
    """

    __slots__ = ("first", "ident", "last", "path")

    def __init__(self, ident: str, path: str = "", first: int = 0, last: int = 1 << 30) -> None:
        self.ident: Final = ident
        self.path: Final = path
        self.first: Final = first
        self.last: Final = last

    def covers(self, ident: str, path: str, line: int) -> bool:
        """Whether a gate is lifted at a line."""
        if self.ident not in (ident, ALL):
            return False
        return not self.path or (self.path == path and self.first <= line <= self.last)


@final
class Account:
    """What silenced rules in a run: one for each program that is asked about its silence."""

    __slots__ = ("_counts", "_lifted")

    def __init__(self, lifted: tuple[Lifted, ...] = ()) -> None:
        self._lifted: Final = lifted
        self._counts: Final[dict[tuple[str, int, str, bool, str], int]] = {}

    def stops(self, gate: Gate, path: str, line: int, rule: str = "") -> bool:
        """Whether a gate stands at a line; counts it either way."""
        lifted = self.lifts(gate.ident, path, line)
        self._count(path, line, gate.ident, lifted, rule)
        return not lifted

    def lifts(self, ident: str, path: str, line: int) -> bool:
        """Whether a gate stops nothing at a line."""
        return any(each.covers(ident, path, line) for each in self._lifted)

    def reached(self, limit: Limit, path: str, line: int, rule: str = "") -> None:
        """Counts a limit that was reached at a line."""
        self._count(path, line, limit.ident, False, rule)

    def silences(self, path: str = "") -> list[Silence]:
        """Everything that was written down, of one file or of all, by path, line and name."""
        return [
            Silence(where, line, ident, lifted, rule)
            for where, line, ident, lifted, rule in sorted(self._counts)
            if not path or where == path
        ]

    def _count(self, path: str, line: int, ident: str, lifted: bool, rule: str) -> None:
        key = (path, line, ident, lifted, rule)
        self._counts[key] = self._counts.get(key, 0) + 1


_gates: Final[dict[str, Gate]] = {}
_limits: Final[dict[str, Limit]] = {}


def not_a_site(ident: str, sentence: str, *rules: str) -> Gate:
    """A gate before the question."""
    return _gate(Gate(ident, NOT_A_SITE, sentence, rules))


def excused(ident: str, sentence: str, *rules: str) -> Gate:
    """A gate that turns what would be found into a better or lower word."""
    return _gate(Gate(ident, EXCUSED, sentence, rules))


def not_known(ident: str, sentence: str, *rules: str) -> Gate:
    """A gate that makes anything unseen."""
    return _gate(Gate(ident, NOT_KNOWN, sentence, rules))


def limit(ident: str, most: int, sentence: str, *rules: str) -> Limit:
    """A bound on the work."""
    found = Limit(ident, most, sentence, rules)
    if ident in _gates or ident in _limits:
        raise ValueError(f"{ident} is defined twice")
    _limits[ident] = found
    return found


def _gate(gate: Gate) -> Gate:
    if gate.ident in _gates or gate.ident in _limits:
        raise ValueError(f"{gate.ident} is defined twice")
    _gates[gate.ident] = gate
    return gate


def gates() -> dict[str, Gate]:
    """All gates by their names, of the modules that have been imported."""
    return dict(sorted(_gates.items()))


def limits() -> dict[str, Limit]:
    """All limits by their names, of the modules that have been imported."""
    return dict(sorted(_limits.items()))
