"""What files hold is told from their bytes, and after a change by the changed files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.program.outline import Outline, still_says, token_of
from places import program_in

TEXTS = {
    "base.py": "class Base:\n    def close(self): ...\n",
    "below.py": (
        "import base\nclass Below(base.Base):\n"
        "    async def close(self):\n        def deep(): ...\n"
    ),
    "use.py": "Below ( 1 )\nBelow(2)\nnotBelow(3)\nBelows(4)\n",
    "words.py": '"""class Base is none here\n\n    class Doc(Base) neither"""\ndefault = classes\n',
}
QUESTIONS = [
    ("bases", "Base"),
    ("methods", "close"),
    ("methods", "deep"),
    ("classes", "Below"),
    ("calls", "Below"),
    ("mentions", "Below"),
]


def outline(folder: Path, texts: dict[str, str]) -> Outline:
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Outline(program_in(folder), f"/{folder.name}")


def test_what_files_hold(tmp_path: Path) -> None:
    known = outline(tmp_path, TEXTS)
    top = f"/{tmp_path.name}"
    below, use = f"{top}/below.py", f"{top}/use.py"
    assert known.derived("Base") == [(below, "Below")]
    assert known.methods("close") == [(f"{top}/base.py", "Base"), (below, "Below")]
    assert known.methods("deep") == []
    assert known.defining("Below") == [below]
    assert known.calls("Below") == [below, use]  # hints: a class statement looks like a call
    assert known.mentions("Below") == [below, use]
    assert known.mentions("") == []


def test_an_index_answers_as_a_search_does(tmp_path: Path) -> None:
    odd = {
        "odd.py": "Belowé(1)\néBelow(2)\nx.Below(3)\nBelow\n(4)\nself.Below_(5)\n",
        "twice.py": "xBelow(1)\nBelow = 2\nBelow(3)\n",
        "end.py": "Below",
    }
    names = ("Below", "Base", "Belowé", "éBelow", "x", "self", "x.Below", "missing", "class", "")
    searching = outline(tmp_path, {**TEXTS, **odd})
    indexed = Outline(program_in(tmp_path), f"/{tmp_path.name}")
    for number in range(100):
        indexed.answer("mentions", f"other{number}")
    for name in names:
        for kind in ("mentions", "calls"):
            assert indexed.answer(kind, name) == searching.answer(kind, name), (kind, name)
    assert searching.answer("calls", "Below") != searching.answer("mentions", "Below")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("below.py", None),
        ("below.py", TEXTS["below.py"] + "# a remark\n"),
        ("below.py", TEXTS["below.py"].replace("base.Base", "object")),
        ("new.py", "class Other(Base):\n    def close(self): ...\nBelow(5)\n"),
        ("use.py", "pass\n"),
    ],
)
def test_changed_files_tell_whether_an_answer_still_holds(
    tmp_path: Path, name: str, text: str | None
) -> None:
    before = outline(tmp_path, TEXTS)
    tokens = {question: token_of(before.answer(*question)) for question in QUESTIONS}
    texts = {**TEXTS, name: text or ""}
    if text is None:
        del texts[name]
    after = outline(tmp_path, texts)
    path = f"/{tmp_path.name}/{name}"
    changed = Outline(program_in(tmp_path), f"/{tmp_path.name}", [path] if text is not None else [])
    for question, token in tokens.items():
        said = still_says(token, {path}, changed.answer(*question))
        assert said is (token_of(after.answer(*question)) == token), question


def test_a_long_answer_is_kept_as_a_digest() -> None:
    token = token_of([f"/some/folder/file{number}.py" for number in range(200)])
    assert len(token) < 40
    assert still_says(token, set(), []) is None
