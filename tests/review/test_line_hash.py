"""The hash of code-scanning services, against its definition."""

from __future__ import annotations

from assay.review.line_hash import line_hashes


def by_definition(text: str, start: int) -> str:
    """The hash of the text from a character on, character by character."""
    kept = list(text[start:].replace("\r\n", "\n").replace("\r", "\n"))
    codes = [ord(char) for char in kept if char not in " \t"] + [0xFFFF]
    codes = (codes + [0] * 100)[:100]
    return f"{sum(code * 37 ** (99 - place) for place, code in enumerate(codes)) % 2**64:x}"


def test_every_line_of_a_text() -> None:
    text = "import json\r\n\r\n\tdef load(path):\n" + "    x = [1, 2]\n" * 12 + "return x"
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines))]
    hashes = line_hashes(text, range(1, len(lines) + 1))
    assert [hashes[n].partition(":")[0] for n in sorted(hashes)] == [
        by_definition(text, start) for start in starts
    ]


def test_equal_stretches_are_counted() -> None:
    text = "x" * 99 + "\n" + "x" * 99 + "\n"
    assert [line_hashes(text, [1, 2])[n].partition(":")[2] for n in (1, 2)] == ["1", "2"]


def test_blanks_do_not_count_and_line_ends_do() -> None:
    assert line_hashes("a = 1\n", [1]) == line_hashes("a\t=1\r\n", [1]) == line_hashes("a=1\r", [1])
    assert line_hashes("a = 1\n", [1]) != line_hashes("a = 1", [1])


def test_only_the_lines_asked_for() -> None:
    assert set(line_hashes("a\nb\nc\n", [2])) == {2}
    assert line_hashes("a\n", []) == {}
    assert line_hashes("a\n", [9]) == {}


def test_characters_beyond_the_plane_are_two_units() -> None:
    assert line_hashes("\U0001f600", [1]) == line_hashes("\ud83d\ude00", [1])
