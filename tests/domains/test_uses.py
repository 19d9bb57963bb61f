"""What becomes of a value: the names that it is given, through conversions and other functions."""

from __future__ import annotations

import pytest

from assay.domains.uses import made_of, uses_of
from lowered import facts_of


def _uses(text: str) -> list[tuple[str, str]]:
    """The uses of the result of `source()`."""
    for function in facts_of("case.py", text).functions:
        for site in function.calls:
            if function.spelled(site.op.callee) == "source":
                return [(use.kind, use.name) for use in uses_of(function, site.op.dest)]
    raise AssertionError("no call of source()")


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("token = source()\n", ("variable", "token")),
        ("token = str(source())[2:].upper()\n", ("variable", "token")),
        ("token = f'{source()}'\n", ("variable", "token")),
        ("self.token = source()\n", ("attribute", "token")),
        ("table['token'] = source()\n", ("item", "token")),
        ("table[cookie] = source()\n", ("item", "cookie")),
        ("send({'token': source()})\n", ("dict entry", "token")),
        ("send(token=source())\n", ("argument", "token")),
        ("send(source())\n", ("argument of", "send")),
        ("check(source() == given.token)\n", ("compared with", "token")),
        ("token = ''.join(source() for _ in range(3))\n", ("variable", "token")),
        ("token = ''.join([source() for _ in range(3)])\n", ("variable", "token")),
        ("def make():\n    return source()\n", ("result of", "make")),
        ("def make():\n    return source()\n\n\ntoken = make()\n", ("variable", "token")),
        ("parts = []\nparts.append(source())\ntoken = ''.join(parts)\n", ("variable", "token")),
        ("with open('secrets.txt') as s:\n    s.write(source())\n", ("written to", "secrets.txt")),
        ("call(url, params={'a': source()})\n", ("sent to", "params")),
        ("url = f'https://host/{source()}'\n", ("sent to", "an address")),
    ],
)
def test_use(text: str, use: tuple[str, str]) -> None:
    assert use in _uses(text)


@pytest.mark.parametrize(
    "text",
    [
        "other = source\nother(source())\ntoken = other\n",
        "found = lookup(source())\ntoken = found\n",
        "if source():\n    token = 'a'\n",
        "token = 'a' if table[source()] else 'b'\n",
    ],
)
def test_no_use(text: str) -> None:
    assert ("variable", "token") not in _uses(text)


def test_made_of_follows_local_variables() -> None:
    text = "def case(form, salt):\n    text = form['password'] + salt\n    use(text.encode())\n"
    function = facts_of("case.py", text).functions[1]
    (call,) = [each for each in function.calls if function.spelled(each.op.callee) == "use"]
    assert {"text", "form", "password", "salt"} <= set(made_of(function, call.op.args[0]))
