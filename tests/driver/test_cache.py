"""The cache of reviews: what is taken from it is what reviewing again would give."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path
from typing import ClassVar, final

import pytest

from assay.checkers.base import Checker
from assay.driver import cache as cache_module
from assay.driver.governing import Given, Governing
from assay.driver.options import Layer
from assay.driver.pipeline import Detail
from assay.driver.run import Run, door_for, review_paths
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Verdict
from assay.ledger.rule import Rule
from assay.program.facts import FileFacts
from fake_ledgers import LEAK

DETAIL = Detail(keep_clean=False, line_hashes=False, seconds=30, debug=False)


@final
class Follows(Checker):
    """Finds every call, with where it leads: an answer that depends on other files."""

    rule: ClassVar[Rule] = LEAK
    reviewed: ClassVar[list[str]] = []

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        self.reviewed.append(facts.source.path)
        for function in facts.functions:
            for site in function.calls:
                callees = facts.program.callees(function, site.op)
                where = [target.function.key for target in callees.targets]
                said = f"{', '.join(where) or ', '.join(callees.external) or callees.hole}"
                ledger.observations.append(
                    facts.observation(
                        LEAK, Verdict.FOUND, site.op.at, function.qualname, f"calls {said}"
                    )
                )


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    write("setup.py", "")
    write("shop/__init__.py", "")
    write("shop/web.py", "from shop.store import save\nsave(1)\n")
    write("shop/store.py", "def save(x):\n    return x\n")
    write("shop/other.py", "print(1)\n")


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    Path(path).write_text(text, "utf-8")


def run(*settings: tuple[str, bool | str], paths: tuple[str, ...] = (".",)) -> tuple[Run, set[str]]:
    """A review, and the files that were reviewed anew for it."""
    Follows.reviewed.clear()
    door = door_for(paths, "")
    governing = Governing(door, Given(paths, (Layer("test", dict(settings)),), (), False))
    result = review_paths(door, paths, "", governing, [Follows()], DETAIL, True)
    return result, set(Follows.reviewed)


def said(result: Run) -> list[str]:
    return [f"{each.observation.path}: {each.observation.message}" for each in result.review.found]


def test_nothing_is_reviewed_twice() -> None:
    first, anew = run()
    assert len(anew) == 5
    second, anew = run()
    assert anew == set()
    assert second == first


def test_a_file_is_reviewed_again_when_it_or_what_it_uses_changes() -> None:
    run()
    write("shop/store.py", "X = 1\ndef save(x):\n    return x\n")
    result, anew = run()
    assert anew == {"shop/store.py", "shop/web.py"}
    assert said(result) == [
        "shop/other.py: calls print",
        "shop/web.py: calls shop/store.py:save:2",
    ]


def test_a_new_file_can_change_what_an_import_means() -> None:
    write("shop/web.py", "from shop.extra import save\nsave(1)\n")
    result, _ = run()
    assert "shop/web.py: calls shop/store.py:save:1" not in said(result)
    write("shop/extra.py", "def save(x): ...\n")
    result, anew = run()
    assert "shop/web.py" in anew
    assert "shop/web.py: calls shop/extra.py:save:1" in said(result)


def test_a_class_below_can_change_what_a_method_call_means() -> None:
    write("shop/store.py", "class Store:\n    def save(self): ...\n    def go(self): self.save()\n")
    run()
    write(
        "shop/more.py", "from shop.store import Store\nclass Far(Store):\n    def save(self): ...\n"
    )
    result, anew = run()
    assert "shop/store.py" in anew
    assert "shop/store.py: calls shop/store.py:Store.save:2, shop/more.py:Far.save:3" in said(
        result
    )


def test_an_answer_taken_from_memory_rests_on_the_same_files(tmp_path: Path) -> None:
    """The second importer finds the types of the first, and still depends on their file."""
    write("shop/again.py", "from shop.store import save\nsave(2)\n")
    run()
    write("shop/store.py", "\n\ndef save(x):\n    return x\n")
    _, anew = run()
    assert anew == {"shop/again.py", "shop/web.py", "shop/store.py"}


def test_reviewing_one_file_keeps_the_others() -> None:
    run()
    write("shop/other.py", "print(2)\n")
    _, anew = run(paths=("shop/other.py",))
    assert anew == {"shop/other.py"}
    _, anew = run()
    assert anew == set()


def test_settings_have_reviews_of_their_own() -> None:
    run()
    _, anew = run(("cache", False))
    assert len(anew) == 5
    _, anew = run(("cache-dir", "elsewhere"))
    assert len(anew) == 5
    assert os.path.isdir("elsewhere")


def test_the_folder_is_no_part_of_the_project() -> None:
    run()
    assert not Path(".assay_cache").exists()
    folder = pack_file().parent
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")


def pack_file() -> Path:
    (found,) = Path(os.environ["XDG_CACHE_HOME"], "assay").glob("*/reviews-*")
    return found


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_a_damaged_cache_is_said_and_made_anew(damage: str) -> None:
    first, _ = run()
    data = pack_file().read_bytes()
    changed = {
        "cut": data[: len(data) // 2],
        "flip": data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
        "empty": b"",
        "text": b"something else",
    }[damage]
    pack_file().write_bytes(changed)
    second, anew = run()
    assert len(anew) == 5
    assert second.review == first.review
    assert "is damaged or not this user's" in second.notes[0]
    third, anew = run()
    assert (third.notes, anew) == ((), set())


class Harm:
    """What a hostile repository would put into a cache of its own."""

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, ("harmed",)


def test_a_cache_that_comes_with_a_project_is_not_looked_into(tmp_path: Path) -> None:
    run()
    body = pickle.dumps(Harm())
    pack_file().write_bytes(b"assay cache 2\n" + cache_module._sign(b"\0" * 32, body) + body)
    result, anew = run()
    assert len(anew) == 5
    assert result.notes
    assert not os.path.exists("harmed")


def test_even_a_signed_cache_holds_nothing_that_runs(tmp_path: Path) -> None:
    run()
    key = (tmp_path / "own" / "assay" / "key").read_bytes()
    body = pickle.dumps(Harm())
    pack_file().write_bytes(b"assay cache 2\n" + cache_module._sign(key, body) + body)
    with pytest.raises(pickle.UnpicklingError):
        run()
    assert not os.path.exists("harmed")


def test_a_full_disk_costs_the_cache_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    run(("cache-dir", "first"))
    monkeypatch.setattr(cache_module, "_replace", full)
    result, anew = run()
    assert len(anew) == 5
    assert "the cache cannot be written: No space left on device" in result.notes[0]


def test_a_file_where_the_folder_should_be() -> None:
    run()
    folder = pack_file().parent
    shutil.rmtree(folder)
    folder.write_text("")
    result, anew = run()
    assert len(anew) == 5
    assert "a link or a file, not a folder, working without a cache" in result.notes[0]


def test_without_a_place_for_the_key_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    write("nothing", "")
    monkeypatch.setenv("XDG_CACHE_HOME", os.path.abspath("nothing"))
    result, _ = run()
    assert "Not a directory, working without a cache" in result.notes[0]
    assert not os.path.exists(".assay_cache")


def test_a_run_that_was_killed_leaves_the_last_whole_file() -> None:
    run()
    Path(f"{pack_file()}.{'a' * 24}.new").write_bytes(b"half")
    result, anew = run()
    assert (result.notes, anew) == ((), set())


def test_an_internal_error_is_not_kept() -> None:
    class Fails(Checker):
        rule: ClassVar[Rule] = LEAK
        calls: ClassVar[int] = 0

        def review(self, facts: FileFacts, ledger: Ledger) -> None:
            Fails.calls += 1
            raise ValueError("no")

    for _ in range(2):
        door = door_for((".",), "")
        governing = Governing(door, Given((".",), (), (), False))
        review_paths(door, (".",), "", governing, [Fails()], DETAIL, True)
    assert Fails.calls == 10
