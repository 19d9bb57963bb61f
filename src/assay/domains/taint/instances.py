"""A summary put into a caller: parameters become the arguments of one call.

Invariant: nothing of a callee's numbering is left in what the caller gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.domains.taint.attributes import field_of_parameter
from assay.domains.taint.contexts import Place
from assay.domains.taint.hits import Gained, Hit, Summary
from assay.domains.taint.limits import HITS
from assay.domains.taint.sinks import contexts, judged_of
from assay.domains.taint.state import Obj
from assay.domains.taint.steps import Step, appended
from assay.domains.taint.taints import CLOSURE, Access, Taint, Taints, gathered, join_taints
from assay.domains.taint.values import (
    UNKNOWN,
    Effect,
    Part,
    Piece,
    Refinement,
    Same,
    Test,
    Value,
    apply,
    text,
)

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Op
    from assay.program.facts import FunctionFacts

_MOST_STEPS: Final = 24


@final
class Instance:
    """One call of a function whose summary is known."""

    def __init__(
        self,
        frame: Frame,
        op: Op,
        function: FunctionFacts,
        arguments: dict[int, Value],
        summary: Summary,
    ) -> None:
        self.frame: Final = frame
        self.op: Final = op
        self.function: Final = function
        self.arguments: Final = arguments
        self.summary: Final = summary
        self._made: dict[int, int] = {}

    def access(self, index: int, access: Access) -> Value:
        """What the caller gives for a parameter, or for what is read from it."""
        value = self.arguments.get(index)
        if value is None:
            return UNKNOWN
        for name in access:
            value = self._read(value, name)
        return value

    def _read(self, value: Value, name: str) -> Value:
        frame = self.frame
        found: Value | None = None
        for obj in frame.state.objects(value):
            if obj.kind == "parameter":
                continue
            key = name[1:-1] if name.startswith("[") else name
            each = obj.get(key)
            if each is not None:
                found = each
        if found is None and value.same is not None:
            return field_of_parameter(frame, value, name, frame.number("read", self.op.dest, name))
        if found is None:
            path = frame.models.normal(f"{value.path}.{name}") if value.path else ""
            line = self.op.at.lineno
            source = frame.summaries.source(frame.function, path, line)
            if source is not None and frame.summaries.is_on(frame.function, source.kind, line):
                taint = frame.source(self.op.at, source.kind, source.what, source.tokens)
                return Value(path=path, taints=(taint,))
            return Value(path=path, taints=value.taints)
        if value.taints:
            return Value(taints=join_taints(found.taints, value.taints))
        return found

    def taints(self, taints: Taints) -> Taints:
        """Taints of the callee as the caller sees them."""
        if not taints:
            return ()
        found: list[Taint] = []
        for taint in taints:
            if not taint.origin.is_parameter or taint.origin.index >= CLOSURE:
                found.append(self._of_source(taint))
                continue
            actual = self.access(taint.origin.index, taint.origin.access)
            found += [self._through(each, taint) for each in self.frame.state.deep(actual)]
        return gathered(found)

    def _of_source(self, taint: Taint) -> Taint:
        step = self._call_step(taint.step, "is returned")
        return Taint(
            taint.origin, taint.absent, taint.tokens, frozenset(), taint.doubt, step, taint.marks
        )

    def _call_step(self, before: Step | None, what: str) -> Step | None:
        if before is not None and before.length > _MOST_STEPS:
            return before
        name = self.function.qualname or "a function"
        words = f"what {name}() returns" if what == "is returned" else f"passed to {name}()"
        return Step(self.frame.path, self.op.at.lineno, words, before)

    def _through(self, actual: Taint, inner: Taint) -> Taint:
        step = self._call_step(actual.step, "is passed")
        return Taint(
            actual.origin,
            actual.absent | inner.absent,
            actual.tokens | inner.tokens,
            actual.through,
            actual.doubt or inner.doubt,
            appended(step, inner.step),
            actual.marks
            if not inner.marks
            else (*actual.marks, *[mark for mark in inner.marks if mark not in actual.marks]),
        )

    def value(self, value: Value) -> Value:
        """A value of the callee as the caller sees it."""
        if value.same is not None:
            actual = self._same(value.same, value.taints)
            if actual is not None:
                return actual
        if value.constants is not None and not value.tests:
            return value
        parts: tuple[Part, ...] | None = None
        taints = self.taints(value.taints)
        if value.parts is not None:
            found: list[Part] = []
            for part in value.parts:
                found += self._part(part)
            whole = text(found)
            if whole.constants is not None and not value.path:
                return whole
            parts = whole.text_parts()
            taints = join_taints(taints, whole.taints)
        return Value(
            constants=value.constants,
            parts=parts,
            taints=taints,
            path=value.path,
            objects=tuple(
                dict.fromkeys(each for ident in value.objects for each in self._object(ident))
            ),
            inert=value.inert,
            tests=self._tests(value),
        )

    def _part(self, part: Part) -> tuple[Part, ...]:
        if isinstance(part, str):
            return (part,)
        if part.same is not None:
            actual = self._same(part.same, part.taints)
            if actual is not None and not actual.objects:
                parts = actual.text_parts()
                if part.rooted and parts and isinstance(parts[0], Piece):
                    return (Piece(parts[0].taints, True, parts[0].same), *parts[1:])
                return parts
        return (Piece(self.taints(part.taints), part.rooted),)

    def _same(self, same: Same, taints: Taints) -> Value | None:
        index, access = same
        if index not in self.arguments:
            return None
        actual = self.access(index, access)
        for taint in taints:
            origin = taint.origin
            if origin.index == index and origin.access == access:
                mark = taint.marks[-1] if taint.marks else None
                if taint.tokens or taint.absent:
                    return apply(Effect(taint.absent, taint.tokens, mark), actual)
        return actual

    def _object(self, ident: int) -> tuple[int, ...]:
        same = self.summary.idents.get(ident)
        if same is not None:
            return self.access(*same).objects
        known = self._made.get(ident)
        if known is not None:
            return (known,)
        obj = self.summary.heap.get(ident)
        if obj is None:
            return ()
        number = self.frame.number("call", self.op.dest, id(self.op), ident)
        self._made[ident] = number
        fields = {key: self.value(value) for key, value in obj.fields.items()}
        rest = None if obj.rest is None else self.value(obj.rest)
        self.frame.make(number, Obj(obj.kind, fields, rest, obj.length, obj.many))
        return (number,)

    def _tests(self, value: Value) -> tuple[Test, ...]:
        tests: list[Test] = []
        for test in value.tests:
            same = self.summary.idents.get(-test.subject)
            if same is not None:
                tests += [
                    Test(subject, test.holds, test.effect) for subject in self._subjects(same)
                ]
        return tuple(tests)

    def _subjects(self, same: Same) -> list[int]:
        actual = self.access(*same)
        found = [actual.ident] if actual.ident else []
        return found + [
            view.subject
            for view in actual.views
            if view.subject and view.kind in ("same", "resolved")
        ]

    def result(self) -> Value:
        """What the call returns."""
        summary = self.summary
        assert summary.returns is not None
        value = self.value(summary.returns)
        tests = [*value.tests]
        for gained, holds in ((summary.when_true, True), (summary.when_false, False)):
            for index, access, effect in gained:
                tests += [
                    Test(subject, holds, effect) for subject in self._subjects((index, access))
                ]
        if len(tests) == len(value.tests):
            return value
        return Value(
            constants=value.constants,
            parts=value.parts,
            taints=value.taints,
            path=value.path,
            objects=value.objects,
            inert=value.inert,
            ident=value.ident,
            views=value.views,
            tests=tuple(tests),
            same=value.same,
        )

    def write(self) -> None:
        """What the callee stores into its arguments, and what it has made sure of them."""
        for index, access, key, value in self.summary.writes:
            owner = self.access(index, access)
            if owner.objects:
                self.frame.put(owner, key, self.value(value))
        self._gain(self.summary.always)

    def _gain(self, gained: Gained) -> None:
        refinements = [
            Refinement(subject, effect)
            for index, access, effect in gained
            for subject in self._subjects((index, access))
        ]
        if refinements:
            self.frame.state.refine(refinements)

    def add_hits(self) -> None:
        """The sinks that the arguments reach inside the callee."""
        frame = self.frame
        hits = self.summary.hits
        if self.summary.is_cut:
            frame.is_cut = True
        if len(hits) > HITS.most:
            HITS.note(frame.function.file, self.op.at.lineno)
            frame.is_cut = True
            hits = hits[: HITS.most]
        for hit in hits:
            own = {taint.origin for taint in hit.dangers if not taint.origin.is_parameter}
            dangers: Taints = ()
            values: list[tuple[str, Value]] = []
            place = Place(hit.function.file, hit.at.lineno, hit.row.rule)
            handled = [
                (each, reason)
                for taint, reason in hit.handled
                if taint.origin.is_parameter
                for each in self.taints((taint,))
            ]
            for outer, value in hit.values:
                actual = self.value(value)
                for context, each in contexts(frame, outer, actual):
                    found, harmless = judged_of(frame, hit.row, context, each, place)
                    found = tuple(taint for taint in found if taint.origin not in own)
                    dangers = join_taints(dangers, found)
                    handled += harmless
                    if any(taint.origin.is_parameter for taint in found):
                        values.append((context, each))
            if not dangers and not handled:
                continue
            new = Hit(
                hit.key,
                hit.row,
                hit.function,
                hit.at,
                dangers,
                tuple(handled),
                False,
                hit.formatted,
                hit.is_open,
                tuple(values),
                hit.is_cut,
            )
            old = frame.hits.get(hit.key)
            frame.hits[hit.key] = new if old is None else old.joined(new)
