"""What a ledger says, without the secrets of the files that it speaks of.

Quoted lines leave the source layer without them. Messages, traces, reasons and errors may spell
the value of a literal, of this file or of another that the trace leads to: here every one of them
passes, before it is folded, kept in the cache, or printed.

    Redacting(module).text("KeyError: 'hunter2'")      "KeyError: '***'"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation

if TYPE_CHECKING:
    from assay.program.modules import Module
    from assay.source.redaction import Redaction

_PYTHON: Final = (".py", ".pyi", ".pyw", ".ipynb")


@final
class Redacting:
    """The redactions of a module and of those that its observations speak of."""

    __slots__ = ("_module", "_others")

    def __init__(self, module: Module) -> None:
        self._module: Final = module
        self._others: Final[dict[str, Redaction | None]] = {}

    def text(self, said: str) -> str:
        """A text about the module's own file."""
        return self._module.source.redaction.said(said) if said else ""

    def ledger(self, ledger: Ledger) -> None:
        """Everything that a ledger holds, in place."""
        ledger.observations[:] = [self._observation(each) for each in ledger.observations]
        ledger.unseen[:] = [self._hole(each) for each in ledger.unseen]
        ledger.tracebacks[:] = [self.text(each) for each in ledger.tracebacks]

    def _observation(self, each: Observation) -> Observation:
        own = each.path
        paths = dict.fromkeys([item.path for item in each.evidence])
        paths.update(dict.fromkeys([step.path for step in each.trace]))
        others = [self._other(path) for path in paths if path != own]
        message = self._through(each.message, others)
        remedy = self._through(each.remedy, others)
        missing = tuple([self._through(name, others) for name in each.missing])
        said = [self._through(step.message, others) for step in each.trace]
        if (message, remedy, missing) == (each.message, each.remedy, each.missing) and said == [
            step.message for step in each.trace
        ]:
            return each
        trace = tuple(
            [replace(step, message=text) for step, text in zip(each.trace, said, strict=True)]
        )
        return replace(each, message=message, remedy=remedy, missing=missing, trace=trace)

    def _hole(self, hole: Unseen) -> Unseen:
        name, reason = self.text(hole.name), self.text(hole.reason)
        if (name, reason) == (hole.name, hole.reason):
            return hole
        return replace(hole, name=name, reason=reason)

    def _through(self, said: str, others: list[Redaction | None]) -> str:
        text = self.text(said)
        for other in others:
            if other is not None:
                text = other.said(text)
        return text

    def _other(self, path: str) -> Redaction | None:
        if path not in self._others:
            found: Redaction | None = None
            if path.endswith(_PYTHON):
                found = self._module.program.reported(path).source.redaction
            self._others[path] = found
        return self._others[path]
