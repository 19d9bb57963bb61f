"""Colours of a terminal, and when to use them.

`colour_wanted` follows the conventions: `--color` decides, then `NO_COLOR` (set to anything but
the empty string), `FORCE_COLOR` and `CLICOLOR_FORCE` (anything but empty and `0`), then
`TERM=dumb`, and at last whether the stream is a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assay.frozen import frozen
from assay.ledger.observation import Verdict
from assay.ledger.rule import Severity

_RESET: Final = "\x1b[0m"
_BOLD: Final = "1"
_DIM: Final = "2"
_VERDICT: Final = {
    Verdict.FOUND: "1;31",
    Verdict.UNSEEN: "33",
    Verdict.HANDLED: "36",
    Verdict.CLEAN: "32",
    Verdict.ABSENT: "2",
}
_SEVERITY: Final = {
    Severity.CRITICAL: "1;35",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "33",
    Severity.LOW: "34",
    Severity.INFO: "2",
}


@frozen
class Painter:
    """Writes text in colour, or plain."""

    colour: bool

    def verdict(self, verdict: Verdict, text: str) -> str:
        """Text in the colour of a verdict."""
        return self._paint(_VERDICT[verdict], text)

    def severity(self, severity: Severity, text: str) -> str:
        """Text in the colour of a severity."""
        return self._paint(_SEVERITY[severity], text)

    def bold(self, text: str) -> str:
        """Text that stands out."""
        return self._paint(_BOLD, text)

    def dim(self, text: str) -> str:
        """Text that stands back."""
        return self._paint(_DIM, text)

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}{_RESET}" if self.colour and text else text


def colour_wanted(choice: str, environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether to write colour; `choice` is `auto`, `always` or `never`."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR", "") != "":
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    if environment.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal and environment.get("TERM", "") != "dumb"
