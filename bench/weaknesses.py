"""Families of weaknesses, by CWE number and by the rule of another tool.

What a reader calls a clean-up defect a tool may report as CWE-772, 404 or 459, or with no number
at all. Scores compare families, so that no tool has to guess the one number of a row:

    families("", {772}) == families("SIM115", ()) == {"cleanup"}
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

FAMILIES: Final = ("cleanup", "errors", "race", "injection", "config")
"""The families of the rows of `fixes`, in the order in which they are shown."""

_NUMBERS: Final[dict[str, str]] = {
    "cleanup": """401 404 459 460 568 619 666 667 672 675 763 771 772 773 775 826 832 1091 1341""",
    "errors": """209 210 211 248 252 253 273 280 390 391 392 393 394 395 396 397 431 455 476 544
        550 584 600 636 690 703 705 754 755 756 1069""",
    "race": """362 363 364 366 367 368 421 432 543 558 567 572 574 585 591 609 662 663 689 764 765
        820 821 833 1058 1088 1096 1223 1265 1322""",
    "injection": """20 22 23 24 35 36 59 61 73 74 75 77 78 79 80 88 89 90 91 93 94 95 96 98 99 113
        116 117 134 150 185 441 470 502 564 601 610 611 624 625 643 652 776 789 827 829 913 915
        917 918 943 1236 1333 1336""",
    "crypto": """203 208 261 295 296 297 298 299 310 311 319 322 323 325 326 327 328 329 330 331
        334 335 336 337 338 340 345 347 353 354 385 757 759 760 780 916 1204 1240 1241""",
    "config": """16 183 215 266 269 276 277 278 279 281 284 285 287 288 306 346 352 377 378 379 425
        489 521 605 614 640 668 732 862 863 942 1004 1188 1275 1327""",
    "secrets": """200 256 257 259 260 312 313 315 316 317 318 321 497 522 523 532 538 540 547 598
        615 798""",
}
FAMILY_OF: Final = {
    int(number): family for family, numbers in _NUMBERS.items() for number in numbers.split()
}

_WITHIN: Final = {"config": frozenset({"config", "crypto", "secrets"})}
"""Readers of fixes have one family for secrets, weak settings and weak cryptography."""

_RULES: Final = tuple(
    (re.compile(rf"^(?:{pattern})\b"), family)
    for pattern, family in (
        (r"(B|S)(101|113|404|40[1-9]|41[0-5])", ""),  # assertions, waits, imports
        (
            r"(B110|B112|S110|S112|BLE001|E722|B012|B030|B904|PLW0133|PLW1510|TRY002|TRY203)",
            "errors",
        ),
        (r"(TRY|SIM105|SIM107)", ""),  # style of handlers
        (r"(SIM115|R1732|consider-using-with|ASYNC230)", "cleanup"),
        (
            r"(broad-exception-caught|broad-except|bare-except|broad-exception-raised"
            r"|lost-exception|try-except-raise|raise-missing-from|catching-non-exception"
            r"|duplicate-except|bad-except-order|subprocess-run-check|not-context-manager"
            r"|return-in-finally|W0702|W0703|W0718|W0719|W0150|W0706|W0707|E0712|W0705|E0701"
            r"|W1510|E1129|W0134)",
            "errors",
        ),
        (r"(useless-with-lock|W2101|PLW2101)", "race"),
        (r"(eval-used|exec-used|W0122|W0123)", "injection"),
        (r"S(10[5-7])", "secrets"),
        (r"S(103|108|104|201|306)", "config"),
        (r"S(324|311|303|304|305|501|502|503|504|505|507|508|509|323)", "crypto"),
        (r"S(30[127]|31[0-9]|320|60\d|61\d|506|202|70[1-4])", "injection"),
    )
)
"""Rules whose report carries no number, or one that is too wide; the first match wins."""


def families(rule: str, cwes: Iterable[int]) -> frozenset[str]:
    """The families that a report of a rule with these numbers belongs to."""
    for pattern, family in _RULES:
        if pattern.match(rule):
            return frozenset({family}) if family else frozenset()
    return frozenset(FAMILY_OF[cwe] for cwe in cwes if cwe in FAMILY_OF)


def is_of(family: str, cwe: int, rule: str, cwes: frozenset[int]) -> bool:
    """Whether a report is of the family of a row, or of its very number."""
    own = families(rule, cwes)
    return bool(own & _WITHIN.get(family, frozenset({family}))) or (bool(own) and cwe in cwes)


def same_family(cwe: int, wanted: frozenset[int]) -> bool:
    """Whether a number is one of some others, or of the family of one."""
    return cwe in wanted or FAMILY_OF.get(cwe) in {
        FAMILY_OF[each] for each in wanted if each in FAMILY_OF
    }
