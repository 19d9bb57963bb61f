"""Which gates hold back what a reader would name, and what each of them keeps away.

A miss is a fix of the working set (`fixes`), or a small input whose first line says `# right:
found CWE-N at LINE`, where Assay finds nothing. Each is reviewed with an account of its silence
(`assay.program.silence`), and again with the gates lifted that its lines met: alone, in pairs where
no single one gains it, and all at once. What gained a case is lifted over packages, where it fired,
and what is found then beyond today is its price.

    python bench/ablate.py --mirrors MIRRORS --packages FOLDER [--cases FOLDER ...]

- "no rule asks" is said only where with every gate lifted no rule of the family has a word on the
  marked lines.
- A price is of the rules that the gate silences, in the files in which it fired: the answer of
  another file that rests on a summary of one of these is not counted.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Final

from assay.checkers.registry import all_checkers
from assay.program.silence import ALL, Account, Lifted, gates, limits
from figures import table
from fixes import SETS, Pair, Row, by_repository, function_lines, judged, load, pairs_of
from lone import Collecting, is_compiled, review_of, workers, write
from mirrors import Hunk, MirrorError
from said import Said, of_reviewed
from weaknesses import FAMILY_OF

FAMILIES: Final = ("cleanup", "errors", "injection")
NO_RULE: Final = "no rule asks"
ELSEWHERE: Final = "a gate in another function"
_MOST_GATES: Final = 12
_MOST_PAIRS: Final = 12
_SHOWN: Final = 50
_RIGHT: Final = re.compile(r"# right: found CWE-(\d+) at (\d+)")


@dataclass(slots=True)
class Miss:
    """One case in which nothing is found, and what became of it with gates lifted."""

    name: str
    family: str
    met: tuple[str, ...] = ()  # gates and limits on the marked lines
    near: tuple[str, ...] = ()  # in the rest of the function
    alone: tuple[str, ...] = ()  # each of which gains it
    pairs: tuple[tuple[str, str], ...] = ()
    all_lifted: bool = False  # found with every gate lifted
    asked: bool = False  # a rule of the family has a word there with every gate lifted
    words: tuple[str, ...] = ()  # what is said there today

    @property
    def reason(self) -> str:
        """What holds it back, as it is counted; "" where only a name elsewhere tells."""
        if not self.asked:
            return NO_RULE
        if self.met:
            return self.met[0]
        return self.near[0] if self.near else ELSEWHERE


@dataclass(slots=True)
class Price:
    """What lifting one gate over the packages would report."""

    ident: str
    files: int = 0
    added: int = 0
    gone: int = 0
    examples: list[str] = field(default_factory=list)


def said_with(
    folder: str, path: str, lifted: tuple[Lifted, ...], rules: frozenset[str]
) -> tuple[list[Said], Account]:
    """The words of some rules on a file with gates lifted, and the account; no rules means all."""
    account = Account(lifted)
    review = review_of(folder, [path], account, rules)
    words = [each for each in of_reviewed(review.observations) if each.path == path]
    return words, account


def rules_of(idents: Iterable[str]) -> frozenset[str]:
    """The rules that gates and limits silence."""
    known: dict[str, tuple[str, ...]] = {key: gate.rules for key, gate in gates().items()}
    known.update({key: limit.rules for key, limit in limits().items()})
    return frozenset(rule for ident in idents for rule in known.get(ident, ()))


def family_rules(family: str, cwe: int) -> frozenset[str]:
    """The rules whose words count for a family."""
    found: set[str] = set()
    for checker in all_checkers():
        numbers = frozenset((checker.rule.cwe, *checker.rule.related))
        if Said("", checker.rule.id, numbers, "found", 1, 1).is_of(family, cwe):
            found.add(checker.rule.id)
    return frozenset(found)


def examined(pair: Pair) -> Miss | None:
    """A row with its file: None where it is found."""
    row = pair.row
    rules = family_rules(row.family, row.cwe)
    miss = Miss(f"{row.id} {row.repo} {row.path}:{row.start}", row.family)
    with tempfile.TemporaryDirectory(prefix="ablate") as folder:
        write(Path(folder), row.path, pair.before)

        def is_found(lifted: tuple[Lifted, ...], asked: frozenset[str]) -> bool:
            words, _ = said_with(folder, row.path, lifted, asked)
            return judged(pair, lambda _, side: words if side == "before" else ()).strict

        today, account = said_with(folder, row.path, (), rules)
        outcome = judged(pair, lambda _, side: today if side == "before" else ())
        if outcome.strict:
            return None
        marked = (row.start, row.end)
        function = function_lines(pair.before, row.function, row.start) or marked
        miss.words = tuple(
            sorted({each.word for each in today if each.rule in rules and each.touches(marked)})
        )
        fired = Counter(
            each.ident
            for each in account.silences(row.path)
            if marked[0] <= each.line <= marked[1] and rules_of([each.ident]) & rules
        )
        around = Counter(
            each.ident
            for each in account.silences(row.path)
            if function[0] <= each.line <= function[1] and rules_of([each.ident]) & rules
        )
        miss.met = tuple(sorted(fired))
        miss.near = tuple(sorted(around.keys() - fired.keys()))
        everything, _ = said_with(folder, row.path, (Lifted(ALL),), rules)
        miss.all_lifted = judged(
            pair, lambda _, side: everything if side == "before" else ()
        ).strict
        miss.asked = miss.all_lifted or any(
            each.rule in rules and each.touches(marked) for each in everything
        )
        if not miss.all_lifted:
            # What is found with one lifted is mostly found with all; exceptions are rare and dear.
            return miss
        known = gates()
        liftable = [each for each in (*miss.met, *miss.near) if each in known][:_MOST_GATES]
        miss.alone = tuple([each for each in liftable if is_found((Lifted(each),), rules)])
        if not miss.alone:
            pairs = list(combinations(liftable, 2))[:_MOST_PAIRS]
            miss.pairs = tuple(
                both for both in pairs if is_found((Lifted(both[0]), Lifted(both[1])), rules)
            )
    return miss


def _misses(mirrors: str, rows: Sequence[Row]) -> list[Miss]:
    collecting = Collecting()
    found: list[Miss] = []
    try:
        pairs = pairs_of(Path(mirrors), rows)
    except MirrorError:
        return []
    for pair in pairs:
        if pair is not None:
            miss = examined(pair)
            if miss is not None:
                found.append(miss)
            collecting.next()
    return found


def pairs_of_cases(folders: Sequence[Path]) -> list[Pair]:
    """Small inputs that say what is right, as rows whose marked lines are the place."""
    found: list[Pair] = []
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            data = path.read_bytes()
            right = _RIGHT.match(data.decode("utf-8", "replace"))
            if right is None or int(right[1]) not in FAMILY_OF:
                continue
            cwe, line = int(right[1]), int(right[2])
            row = Row(
                id=f"{folder.name}/{path.stem}",
                repo="",
                commit="",
                path=path.name,
                start=max(1, line - 1),
                end=line + 1,
                function="",
                family=FAMILY_OF[cwe],
                cwe=cwe,
                scope="",
                doubtful=False,
            )
            found.append(Pair(row, data, b"", (Hunk(row.start, 3, row.start, 3),)))
    return found


def _priced(
    folder: str, idents: Sequence[str], path: str
) -> tuple[str, list[tuple[str, int, int, list[str]]]]:
    """For each gate that fired in a file: what is found more and less with it lifted there."""
    known = gates()
    rules = rules_of(idents)
    today, account = said_with(folder, path, (), rules)
    fired = {each.ident for each in account.silences(path)} & set(idents)
    found: list[tuple[str, int, int, list[str]]] = []
    for ident in sorted(fired):
        own = frozenset(known[ident].rules)
        before = {_place(each) for each in today if each.word == "found" and each.rule in own}
        words, _ = said_with(folder, path, (Lifted(ident),), own)
        after = {_place(each) for each in words if each.word == "found"}
        more = sorted(after - before)
        shown = [f"{path}:{line} {rule}" for rule, line in more[:3]]
        found.append((ident, len(more), len(before - after), shown))
    return path, found


def _place(each: Said) -> tuple[str, int]:
    return each.rule, each.first


def priced(folder: Path, idents: Sequence[str], jobs: int) -> tuple[list[Price], int]:
    """The price of each gate over the packages in a folder, and how many lines these have."""
    paths = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and not path.is_symlink()
    ]
    lines = sum((folder / path).read_bytes().count(b"\n") for path in paths)
    prices = {ident: Price(ident) for ident in idents}
    with workers(jobs) as pool:
        for _, found in pool.map(partial(_priced, str(folder), list(idents)), paths, chunksize=8):
            for ident, more, less, shown in found:
                price = prices[ident]
                price.files += 1
                price.added += more
                price.gone += less
                price.examples += shown[: max(0, 3 - len(price.examples))]
    return list(prices.values()), lines


def lines_of(misses: Sequence[Miss], prices: Sequence[Price], lines: int) -> list[str]:
    """The report, in Markdown."""
    known: dict[str, str] = {key: gate.sentence for key, gate in gates().items()}
    known.update({key: limit.sentence for key, limit in limits().items()})
    total = len(misses)
    by_family = Counter(miss.family for miss in misses)
    silent = Counter(miss.family for miss in misses if not miss.asked)
    text = [f"{total} misses, {'compiled' if is_compiled() else 'interpreted'}", ""]
    text += table(
        [
            "family",
            "misses",
            NO_RULE,
            "a gate or limit on the lines",
            "in the function",
            "found with all lifted",
        ],
        [
            [
                family,
                str(by_family[family]),
                str(silent[family]),
                str(sum(bool(miss.met) for miss in misses if miss.family == family)),
                str(
                    sum(
                        bool(miss.near and not miss.met) and miss.asked
                        for miss in misses
                        if miss.family == family
                    )
                ),
                str(sum(miss.all_lifted for miss in misses if miss.family == family)),
            ]
            for family in FAMILIES
        ],
    )
    gained: dict[str, list[str]] = {}
    for miss in misses:
        for ident in miss.alone:
            gained.setdefault(ident, []).append(miss.name)
    costs = {price.ident: price for price in prices}
    text += ["", "Gates that gain a case alone:", ""]
    rows = []
    for ident in sorted(gained, key=lambda each: (-len(gained[each]), each)):
        price = costs.get(ident)
        per = "-" if price is None or not lines else f"{100_000 * price.added / lines:.1f}"
        cases = ", ".join(name.split(" ")[0] for name in gained[ident])
        rows.append([ident, str(len(gained[ident])), per, str(price.gone) if price else "-", cases])
    text += table(
        ["gate", "cases gained", "findings more per 100,000 lines", "less", "cases"], rows
    )
    text += ["", "Pairs:", ""]
    text += [
        f"- {miss.name.split(' ')[0]}: {' + '.join(both)}" for miss in misses for both in miss.pairs
    ]
    text += ["", f"The {_SHOWN} most frequent reasons:", ""]
    reasons: dict[str, list[str]] = {}
    for miss in misses:
        for ident in (miss.asked and miss.met) or (miss.reason,):
            reasons.setdefault(ident, []).append(miss.name.split(" ")[0])
    ordered = sorted(reasons, key=lambda each: (-len(reasons[each]), each))[:_SHOWN]
    text += table(
        ["reason", "sentence", "misses", "cases"],
        [
            [each, known.get(each, ""), str(len(reasons[each])), ", ".join(reasons[each][:8])]
            for each in ordered
        ],
    )
    return text


def price_lines(prices: Sequence[Price], lines: int) -> list[str]:
    """What each gate keeps away, as a Markdown table."""
    rows = [
        [
            price.ident,
            str(price.files),
            str(price.added),
            str(price.gone),
            f"{100_000 * price.added / max(lines, 1):.1f}",
            ", ".join(price.examples),
        ]
        for price in prices
    ]
    head = ["gate", "files", "found more", "found less", "more per 100,000 lines", "examples"]
    return [f"{lines} lines", "", *table(head, rows)]


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Measures what gates hold back and keep away.")
    parser.add_argument("--mirrors", required=True, help="folder of git directories")
    parser.add_argument("--cases", action="append", default=[], help="folder of small inputs")
    parser.add_argument("--packages", default="", help="folder of packages for the price")
    parser.add_argument("--family", action="append", choices=FAMILIES)
    parser.add_argument("--limit", type=int, default=0, help="only so many rows")
    parser.add_argument(
        "--gate", action="append", default=[], help="only the price of this gate; repeatable"
    )
    parser.add_argument("--details", default="", help="a file for a line on each miss")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    if given.gate:
        all_checkers()
        asked = sorted({str(each) for each in given.gate})
        print("\n".join(price_lines(*priced(Path(str(given.packages)), asked, int(given.jobs)))))
        return 0
    families = tuple(given.family or FAMILIES)
    rows = [row for row in load(SETS / "working.tsv") if row.family in families]
    rows = rows[: given.limit] if given.limit else rows
    mirrors = str(Path(str(given.mirrors)).resolve())
    all_checkers()
    misses: list[Miss] = []
    with workers(int(given.jobs)) as pool:
        for part in pool.map(partial(_misses, mirrors), by_repository(rows, 6)):
            misses += part
        cases = pairs_of_cases([Path(str(each)) for each in given.cases])
        wanted = [pair for pair in cases if pair.row.family in families]
        misses += [each for each in pool.map(examined, wanted, chunksize=4) if each is not None]
    if given.details:
        Path(str(given.details)).write_text(
            "".join(
                "\t".join(
                    (
                        miss.name,
                        miss.family,
                        " ".join(miss.words),
                        "asked" if miss.asked else NO_RULE,
                        "all" if miss.all_lifted else "",
                        " ".join(miss.alone),
                        " ".join("+".join(both) for both in miss.pairs),
                        " ".join(miss.met),
                        " ".join(miss.near),
                    )
                )
                + "\n"
                for miss in misses
            ),
            encoding="utf-8",
        )
    worth = sorted({ident for miss in misses for ident in miss.alone})
    prices: list[Price] = []
    lines = 0
    if given.packages and worth:
        prices, lines = priced(Path(str(given.packages)), worth, int(given.jobs))
    print("\n".join(lines_of(misses, prices, lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
