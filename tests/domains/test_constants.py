"""Constants through assignments, branches, `match` and displays; the rest is unknown."""

from __future__ import annotations

import pytest

from assay.domains.constants import Constants, Values
from lowered import facts_of


def _values(body: str) -> Values | None:
    """What `use(...)`, the last call of that name in a function with this body, is given."""
    text = 'MODE = "md5"\nCHANGED = "a"\n\n\ndef case(given, other):\n'
    text += "".join(f"    {line}\n" for line in body.splitlines())
    text += "\n\ndef change():\n    global CHANGED\n    CHANGED = 'b'\n"
    function = next(each for each in facts_of("case.py", text).functions if each.ir.name == "case")
    calls = [site.op for site in function.calls if function.spelled(site.op.callee) == "use"]
    return Constants(function).of(calls[-1].args[0])


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ('use("a")', ("a",)),
        ("use(MODE)", ("md5",)),
        ("use(CHANGED)", None),
        ("use(given)", None),
        ("use(3 * 14 - 2)", (40,)),
        ("use(1 / 0)", None),
        ("use(2 ** 1000)", None),
        ('use("a" * 100000)', None),
        ('x = "a"\nx = "b"\nuse(x)', ("b",)),
        ('x = "a"\nif given:\n    x = "b"\nuse(x)', ("b", "a")),
        ('x = "a"\nif given:\n    x = other\nuse(x)', None),
        ('x = "a" if 7 * 42 - 86 > 200 else given\nuse(x)', ("a",)),
        ('x = "a" if given else "b"\nuse(x)', ("a", "b")),
        ('if 7 * 18 + 106 > 200:\n    x = "a"\nelse:\n    x = given\nuse(x)', ("a",)),
        ('x = "should"\nif "should" not in x:\n    x = given\nuse(x)', ("should",)),
        ('letters = "ABC"\nuse(letters[1])', ("B",)),
        ('letters = "ABC"\nuse(letters[5])', None),
        ('letters = "ABCDE"\nuse(letters[1:-1])', ("BCD",)),
        (
            'guess = "ABC"[1]\nmatch guess:\n    case "A":\n        x = given\n'
            '    case "B":\n        x = "bob"\n    case _:\n        x = given\nuse(x)',
            ("bob",),
        ),
        ('x, y = "a", "b"\nuse(y)', ("b",)),
        ('d = {"x": "sha1", "y": "md5"}\nuse(d["y"])', ("md5",)),
        ('d = {"x": "sha1"}\nuse(d[given])', None),
        ('d = {"x": "sha1"}\nd["x"] = given\nuse(d["x"])', None),
        ('d = {"x": "sha1"}\nother(d)\nuse(d["x"])', None),
        ('parts = ["a", "b"]\nuse(parts[-1])', ("b",)),
        ('parts = ["a", "b"]\nparts.append(given)\nuse(parts[0])', None),
        ('x = "x"\nfor _ in given:\n    x += "y"\nuse(x)', None),
        ('x = "a"\nwhile given:\n    x = "b"\nuse(x)', ("a", "b")),
        ('x = "a"\ntry:\n    x = other()\nexcept ValueError:\n    pass\nuse(x)', None),
        ('x = "a"\ndel x\nuse(x)', None),
        ('use("Md5".lower().encode())', (b"md5",)),
        ('use(f"{MODE}-{1}")', ("md5-1",)),
        ('use("%s-%s" % ("a", "b"))', ("a-b",)),
        ('use(len("abc"))', (3,)),
        ('use(int("x"))', None),
        ("import stat\nuse(stat.S_IRUSR | stat.S_IWOTH)", (0o402,)),
        ("use(not given)", None),
        ("use(1 == True)", (True,)),
    ],
)
def test_values(body: str, values: Values | None) -> None:
    found = _values(body)
    assert (None if found is None else sorted(map(repr, found))) == (
        None if values is None else sorted(map(repr, values))
    )


def test_a_variable_that_a_closure_may_change_is_unknown() -> None:
    body = 'x = "a"\ndef change():\n    nonlocal x\n    x = given\nchange()\nuse(x)'
    assert _values(body) is None


def test_blocks_behind_a_known_test_are_not_reached() -> None:
    text = "def case(given):\n    if 1 > 2:\n        drop(given)\n    keep(given)\n"
    function = facts_of("case.py", text).functions[1]
    reached = Constants(function).reached
    called = {function.spelled(site.op.callee): site.block in reached for site in function.calls}
    assert called == {"drop": False, "keep": True}
