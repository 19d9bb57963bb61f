"""Spec cases written otherwise by machine: what becomes of what Assay says of them.

    python bench/neighbours.py --jobs 2 --save words.tsv
    python bench/neighbours.py --operator helper --rule resource-leak --show reassured
    python bench/neighbours.py --renew              # the files beside tests/metamorphic

Every found and every guarded site of every spec case is rewritten by each operator of
`tests/metamorphic/catalogue.py`, which keeps what the program does, and the result is reviewed.
Printed are tables for RESULTS.md: survival by operator, and by operator and family of rules.
`--save` writes each site that is reassured or falsely alarmed, `--show` prints such sites with what
is said there.

Reviews are kept in `--cache` by the text that was reviewed, one file a case, until the code of
Assay changes: a run after a change to an operator reviews only what is new.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "checkers"), str(ROOT / "src")]

from spec import Case  # noqa: E402

import assay  # noqa: E402
from assay.ledger.rule import Family  # noqa: E402
from metamorphic.catalogue import FAMILIES, OPERATORS, Operator, operator_named  # noqa: E402
from metamorphic.sample import COVERAGE, SURVIVAL, coverage_rows, sample_of, survival_rows  # noqa: E402
from metamorphic.survival import (  # noqa: E402
    Fate,
    Outcome,
    Result,
    Said,
    Trouble,
    family_of,
    outcomes,
    said_of,
    spec_cases,
)

_OF_FOUND: Final = (Fate.FOUND, Fate.LOST, Fate.UNSEEN, Fate.REASSURED)
_OF_GUARDED: Final = (Fate.GUARDED, Fate.ALARM, Fate.GUARD_UNSEEN, Fate.SILENT)
_WRONG: Final = (Fate.REASSURED, Fate.ALARM, Fate.STRAY)


class Kept:
    """Reviews of one case by the text that was reviewed."""

    def __init__(self, file: Path | None, code: str) -> None:
        self._file = file
        self._code = code
        self._said: dict[str, list[list[str | int]]] = {}
        if file is not None and file.exists():
            known = json.loads(file.read_text(encoding="utf-8"))
            if known["code"] == code:
                self._said = known["said"]

    def said_of(
        self, case: Case, text: str, others: tuple[tuple[str, str], ...], also: tuple[str, ...]
    ) -> list[Said]:
        """What `survival.said_of` gives."""
        whole = repr((case.path, case.rules, text, others, also, case.outside))
        key = hashlib.sha256(whole.encode()).hexdigest()
        if key not in self._said:
            self._said[key] = [
                [each.path, each.line, each.cwe, each.word, each.message]
                for each in said_of(case, text, others, also)
            ]
        return [
            Said(str(path), int(line), int(cwe), str(word), str(message))
            for path, line, cwe, word, message in self._said[key]
        ]

    def write(self) -> None:
        """Keeps the reviews for the next run."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            content = json.dumps({"code": self._code, "said": self._said})
            self._file.write_text(content, encoding="utf-8")


def code_of_assay() -> str:
    """A digest of all that decides what rules say."""
    package = Path(assay.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def of_case(file: Path, names: Sequence[str], cache: Path | None, code: str) -> list[Result]:
    """The results of one case; run in a worker."""
    place = None if cache is None else cache / f"{file.parent.name}-{file.stem}.json"
    kept = Kept(place, code)
    results = outcomes(file, [operator_named(name) for name in names], kept.said_of)
    kept.write()
    return results


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def table_by_operator(operators: Sequence[Operator], results: Iterable[Result]) -> list[str]:
    """Rows: how many sites an operator changed, and what became of them."""
    counts = Counter((each.operator, each.fate) for each in results if isinstance(each, Outcome))
    lines = [
        "| operator | found | survive | lost | unseen | reassured"
        " | guarded | survive | alarm | unseen | silent | findings elsewhere |",
        "|---|" + "---|" * 11,
    ]
    for name in [*(operator.name for operator in operators), "all"]:
        one = Counter({fate: _sum(counts, name, fate) for fate in Fate})
        cells = [name]
        for fates in (_OF_FOUND, _OF_GUARDED):
            whole = sum(one[fate] for fate in fates)
            cells += [str(whole), *(_share(one[fate], whole) for fate in fates)]
        lines.append("| " + " | ".join([*cells, str(one[Fate.STRAY])]) + " |")
    return lines


def _sum(counts: Counter[tuple[str, Fate]], name: str, fate: Fate) -> int:
    if name == "all":
        return sum(count for (_, each), count in counts.items() if each is fate)
    return counts[name, fate]


def table_by_family(operators: Sequence[Operator], results: Sequence[Result]) -> list[str]:
    """Rows: the share of found sites that survive, by family of rules, with their number."""
    counts: Counter[tuple[str, Family, bool]] = Counter()
    wrong: Counter[tuple[str, Family]] = Counter()
    guarded: Counter[tuple[str, Family]] = Counter()
    for each in results:
        if isinstance(each, Outcome):
            family = family_of(each.rule)
            if each.fate in _OF_FOUND:
                counts[each.operator, family, each.fate is Fate.FOUND] += 1
                wrong[each.operator, family] += each.fate is Fate.REASSURED
            elif each.fate in _OF_GUARDED:
                guarded[each.operator, family] += 1
    lines = [
        "| operator | " + " | ".join(family.value for family in FAMILIES) + " |",
        "|---|" + "---|" * len(FAMILIES),
    ]
    for operator in operators:
        cells = [operator.name]
        for family in FAMILIES:
            survived = counts[operator.name, family, True]
            whole = survived + counts[operator.name, family, False]
            if family not in operator.fits:
                cells.append(f"({whole + guarded[operator.name, family]})" if whole else "")
                continue
            shares = [
                f"{100 * part / max(whole, 1):.0f}"
                for part in (survived, wrong[operator.name, family])
            ]
            cells.append(f"{' / '.join(shares)} of {whole}, {guarded[operator.name, family]}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def table_of_worst(results: Iterable[Result], count: int = 10) -> list[str]:
    """Rows: the rules that give most wrong words of a kind, and under which operators."""
    kinds: dict[tuple[str, str], Counter[str]] = {}
    for each in results:
        if isinstance(each, Outcome) and each.fate in _WRONG:
            kinds.setdefault((each.rule, each.fate.value), Counter())[each.operator] += 1
    lines = ["| rule | became | sites | operators | most under |", "|---|---|---|---|---|"]
    ordered = sorted(kinds.items(), key=lambda item: (-item[1].total(), item[0]))
    for (rule, fate), operators in ordered[:count]:
        most = sorted(operators.items(), key=lambda item: (-item[1], item[0]))[:4]
        named = ", ".join(f"{name} {number}" for name, number in most)
        lines.append(f"| {rule} | {fate} | {operators.total()} | {len(operators)} | {named} |")
    return lines


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="spec cases written otherwise by machine")
    parser.add_argument("--operator", action="append", default=[], help="one operator, by name")
    parser.add_argument("--rule", action="append", default=[], help="one rule, by id")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", default=str(ROOT / ".assay_cache" / "neighbours"))
    parser.add_argument("--no-cache", action="store_true")
    parser.add_argument("--save", help="a file for sites with a wrong word, as TSV")
    parser.add_argument("--show", action="append", default=[], help="print sites of this fate")
    parser.add_argument("--renew", action="store_true", help="write what the tests compare with")
    return parser.parse_args()


def main() -> int:
    """Runs all that is asked for; 1 when an operator or a rule broke down."""
    arguments = _arguments()
    operators = [each for each in OPERATORS if each.name in (arguments.operator or [each.name])]
    files = [
        each for each in spec_cases() if each.parent.name in (arguments.rule or [each.parent.name])
    ]
    cache = None if arguments.no_cache else Path(arguments.cache)
    one = partial(
        of_case, names=[each.name for each in operators], cache=cache, code=code_of_assay()
    )
    if arguments.jobs > 1:
        with multiprocessing.Pool(arguments.jobs) as pool:
            parts = pool.map(one, files, chunksize=1)
    else:
        parts = [one(file) for file in files]
    results = [result for part in parts for result in part]
    print("\n".join(table_by_operator(operators, results)), end="\n\n")
    print("Survive / reassured in % of found sites, and the number of guarded ones:\n")
    print("\n".join(table_by_family(operators, results)), end="\n\n")
    print("\n".join(table_of_worst(results)))
    troubles = [each for each in results if isinstance(each, Trouble)]
    for trouble in troubles:
        print(f"- {trouble.case}, {trouble.operator}: {trouble.what}")
    for each in results:
        if isinstance(each, Outcome) and each.fate.value in arguments.show:
            print(f"{each.case}:{each.line} {each.operator}: {each.fate.value}: {each.said}")
    if arguments.save:
        rows = [
            "\t".join(
                (each.rule, f"{each.case}:{each.line}", each.operator, each.fate.value, each.said)
            )
            for each in results
            if isinstance(each, Outcome) and each.fate in _WRONG
        ]
        header = "\t".join(("rule", "case", "operator", "became", "said"))
        Path(arguments.save).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    if arguments.renew:
        COVERAGE.write_text(coverage_rows(results), encoding="utf-8")
        SURVIVAL.write_text(survival_rows(sample_of(results)), encoding="utf-8")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
