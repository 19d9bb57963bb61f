"""The pages about the IR and the layers say what the code says."""

from __future__ import annotations

import re
from typing import Final

from assay.ir.pretty import format_function
from assay.ir.textform import parse_function
from assay.ir.validate import validate
from derived import ROOT

_IR_BLOCK: Final = re.compile(r"```ir\n(.*?)```", re.S)
_PATH: Final = re.compile(r"`((?:src|tests|docs|bench|examples)/[\w./-]+)`")
_EBNF: Final = re.compile(r"```ebnf\n(.*?)```", re.S)


def test_the_grammars_examples_are_read_and_printed_again() -> None:
    text = (ROOT / "docs" / "ir.md").read_text(encoding="utf-8")
    examples = _IR_BLOCK.findall(text)
    assert examples
    for example in examples:
        function = parse_function(example)
        assert validate(function) == []
        assert "".join(format_function(function, False).split()) == "".join(example.split())


def test_the_grammar_defines_what_it_uses() -> None:
    text = (ROOT / "docs" / "ir.md").read_text(encoding="utf-8")
    (grammar,) = _EBNF.findall(text)
    rules = re.sub(r"\(\*.*?\*\)", "", grammar, flags=re.S)
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|\?[^?]*\?', "", rules)
    defined = set(re.findall(r"^([a-z-]+) +=", bare, re.M))
    used = set(re.findall(r"[a-z][a-z-]*", bare))
    assert used - defined == set()


def test_every_layer_is_described() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers = sorted(
        path.name
        for path in (ROOT / "src" / "assay").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    )
    assert [layer for layer in layers if f"`{layer}`" not in text] == []


def test_paths_in_the_pages_exist() -> None:
    pages = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md"]
    missing = [
        f"{page.name}: {path}"
        for page in pages
        for path in _PATH.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert missing == []


_QUOTED: Final = re.compile(r"<!-- from: (\S+) -->\n```python\n(.*?)```", re.S)


def test_quoted_code_is_real() -> None:
    quotes = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for path, code in _QUOTED.findall(page.read_text(encoding="utf-8")):
            quotes += 1
            whole = _lines((ROOT / path).read_text(encoding="utf-8"))
            assert _lines(code) in whole, f"{page.name}: {path}: {code}"
    assert quotes


def _lines(code: str) -> str:
    """Without indentation and empty lines: a quote starts at the left margin."""
    return "".join(f"{line.strip()}\n" for line in code.splitlines() if line.strip())
