"""The second road: agreement with `ast.parse`, Python 2, newer grammar, broken text."""

import ast
import sys
import sysconfig
import textwrap
import tokenize
from pathlib import Path

import pytest

from assay.source.recover import Recovered, recover

PYTHON_2 = "python 2"
NEWER = "newer than 3.11"

# Modules that between them use most of the grammar, and two of Lib/test where they are installed.
_AGREEING = (
    "abc.py",
    "argparse.py",
    "ast.py",
    "contextlib.py",
    "dataclasses.py",
    "fnmatch.py",
    "unittest/mock.py",
    "ipaddress.py",
    "typing.py",
    "asyncio/base_events.py",
    "test/test_grammar.py",
    "test/test_patma.py",
    "test/test_compile.py",
    "test/test_unpack_ex.py",
    "test/test_named_expressions.py",
)


def unparsed(text: str) -> str:
    """The recovered tree as code, on one line per statement."""
    return ast.unparse(recover(text).tree)


def lost(result: Recovered) -> list[tuple[int, int, str]]:
    return [(region.first_line, region.last_line, region.reason) for region in result.lost]


def read_whole(text: str) -> str:
    result = recover(text)
    assert not result.lost
    return ast.unparse(result.tree)


@pytest.mark.parametrize("name", _AGREEING)
def test_both_roads_agree_on_the_standard_library(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib")) / name
    if not path.exists():
        pytest.skip("not installed")
    with tokenize.open(path) as file:
        text = file.read()
    result = recover(text)
    assert not result.lost
    assert result.dialect == ""
    expected = ast.dump(ast.parse(text), include_attributes=True)
    assert ast.dump(result.tree, include_attributes=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "x = 1;",
        "if x: a; b;\n",
        "a & b ^ c | d & e ^ f & g\n",
        "a ^ b & c\n",
        "(a & b) ^ (c ^ d) & e\n",
        "await_ = 1\nasync def f():\n    return await x ** 2 + await y\n",
        "f(*a or b, *c.d(e), *[x] + y, **k, z=1)\n",
        "print(*a, sep='')\n*a, b = c\nx[*a]\nx[*a, 1:2, ::3]\nx[1,]\n",
        "(y := a if b else c)\nf(x := 1, y=(z := 2))\n[q := 1, q**2]\n",
        "with a if b else c as d: pass\n",
        "with (a as b, c as d,): pass\nwith (a, b): pass\nwith (a): pass\nwith (a, b) as c: pass\n",
        "with (yield): pass\nwith (a), (b) as c: pass\n",
        "type(x).y = 1\ntype(x)[0] = 2\ntype = 3\ntype.x = 4\nmatch = type\nmatch.x = _ = case\n",
        "print = 1\nprint\nprint(1)\nexec('x')\n",
        "try: pass\nexcept* (A, B) as e: pass\nelse: x\nfinally: y\n",
        "u'a' 'b' \"c\" r'\\d' '\\N{BULLET}\\x41\\101\\u0041\\U00000041\\\n'\nb'\\xff' rb'\\\\'\n",
        "r'\\\\'\nr'\\''\n'\\400'\n'\\8 \\q'\n",
        "f'{x}' 'a' f'{y!r:>{w}d}' '{}' rf'\\{z}{{}}'\n",
        "f'{x=}' f'{ y = !s:^3}'\nf'{x:=5}'\nf'''\n{\n x }\n'''\nf'{a, b}'\nf''\n'' f''\n",
        "0x_ff, 0b1, 0o17, 1_000, 1e3, .5, 1., 3j, 1_0.0_1e1_0J, 0, 00\n",
        "def f(a, /, b=1, *c, d, e=2, **g) -> x: pass\ndef h(*, a): pass\ndef i(a: b = c): pass\n",
        "lambda: (yield)\nlambda a, *b, c=1, **d: 0\nlambda *, a: a\n",
        "def f(*a: *b): pass\nx: List[int] = 1\n(x): y\nx.y: Dict[a.b, 'c'] | None\n",
        "x: Callable[[int], str].a\nx: a[1:2]\nx: a[1:2:3]\nx: a[b, ]\n",
        "@a.b(c)\n@d\nasync def f(): pass\n@x\nclass A(B, metaclass=C): pass\n",
        "for x, in y: break\nelse: z\nfor (x) in *a, b: continue\nwhile x: pass\nelse: y\n",
        "from . import a\nfrom .. b . c import (d as e, f,)\nimport a.b as c, d\nfrom x import *\n",
        "del a, (b, c), [d]\ndel (x)\ndel x,\nglobal g, h\n",
        "if a: b\nelif c: d\nelif e: f\nelse: g\n",
        "{**a, 'b': c}\n{*a, b}\n{a: b for c in d}\n{a async for b in c if d if e}\n{}\n",
        "a < b <= c != d is not e not in f\nnot a or b and c and not d\n",
        "a = b = c, = yield\na += yield b\nx = yield from y\n",
        "assert x, y\nraise A from B\nraise\nreturn *a, b\n",
        "\\\nx = \\\n  1\n\fy = 2\n",
        "x = (1,\n  # comment\n2)\n",
        "\N{LATIN SMALL LIGATURE FI}x = 'ü'; y = 1\nü.x(ä)\n",
        "x = 1\r\ny = '''a\r\nb'''\rz = 2\r",
        "if x:\n\ty\n\tif z:\n\t\tw\n",
        "x = a if b else lambda: c if d else e\n",
    ],
)
def test_both_roads_agree_on(text: str) -> None:
    result = recover(text)
    assert lost(result) == []
    assert result.dialect == ""
    expected = ast.dump(ast.parse(text), include_attributes=True, indent=1)
    assert ast.dump(result.tree, include_attributes=True, indent=1) == expected


def test_both_roads_agree_on_patterns() -> None:
    text = textwrap.dedent("""\
        match a, *b:
            case 1 | -1.5 | 1 - 2j | -3 + 4j | "a" "b" | None | True: pass
            case [x, *_, (y)] | (x, y, *z) | (q,) | () | []: pass
            case {"a": 1, b.c: [d], -1: e, None: _, **f}: pass
            case A(): pass
            case a.B(x, 1, y=2, z=(3 | 4) as w,) as v if v: pass
            case x, *y: pass
            case x,: pass
            case (a.b): pass
            case _: pass
        match (x):
            case str(): pass
        match x,:
            case y: pass
        match -x:
            case y: pass
        """)
    result = recover(text)
    assert lost(result) == []
    expected = ast.dump(ast.parse(text), include_attributes=True, indent=1)
    assert ast.dump(result.tree, include_attributes=True, indent=1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print x, y", "print(x, y)"),
        ("print x,", "print(x, end=' ')"),
        ("print >>f, x % y", "print(x % y, file=f)"),
        ("print >>f", "print(file=f)"),
        ("print 'a'\nprint", "print('a')\nprint()"),
        ("exec code", "exec(code)"),
        ("exec 'a' in ns", "exec('a', ns)"),
        ("exec f.read() in g, l", "exec(f.read(), g, l)"),
        ("raise E, 'x'", "raise E('x')"),
        ("raise E, None, tb", "raise E().with_traceback(tb)"),
        ("x = `a, b`", "x = repr((a, b))"),
        ("a <> b", "a != b"),
        ("x = 0777 + 10L + 0xFFL + 0L", "x = 511 + 10 + 255 + 0"),
        ("x = ur'\\d\\u0041'", "x = u'\\\\dA'"),
        ("[x for x in 1, 2]", "[x for x in (1, 2)]"),
        (
            "try: pass\nexcept (A, B), e: pass",
            "try:\n    pass\nexcept (A, B) as e:\n    pass",
        ),
        (
            "def f(a, (b, c)=d): return b",
            "def f(a, _parameter_1=d):\n    b, c = _parameter_1\n    return b",
        ),
    ],
)
def test_python_2(text: str, expected: str) -> None:
    result = recover(text)
    assert lost(result) == []
    assert result.dialect == PYTHON_2
    assert ast.unparse(result.tree) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = f'{', '.join(a)}'", "', '.join(a)"),
        ("x = f'{'\\n'}'", "'\\n'"),
        ("x = f'''{a # comment\n}'''", "a"),
        ("x = f'{f'{f'{a}'}'}'", None),
        ("x = f'{\n a}'", "a"),
    ],
)
def test_f_strings_of_3_12(text: str, expected: str | None) -> None:
    result = recover(text)
    assert lost(result) == []
    assert result.dialect == ("" if sys.version_info >= (3, 12) else NEWER)
    statement = result.tree.body[0]
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.JoinedStr)
    value = statement.value.values[0]
    assert isinstance(value, ast.FormattedValue)
    if expected is not None:
        assert ast.unparse(value.value) == expected


def test_type_parameters_and_aliases() -> None:
    text = (
        "type X[T: int, *Ts, **P] = list[T]\ndef f[T = int](x: T): pass\n"
        "class A[T = a[1, 2], **P = [b]](B): pass\n"
    )
    result = recover(text)
    assert lost(result) == []
    if sys.version_info < (3, 12):
        assert result.dialect == NEWER
        assert ast.unparse(result.tree) == (
            "X = list[T]\n\ndef f(x: T):\n    pass\n\nclass A(B):\n    pass"
        )
    if sys.version_info >= (3, 13):
        expected = ast.dump(ast.parse(text), include_attributes=True)
        assert ast.dump(result.tree, include_attributes=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("try: pass\nexcept A, B, C: pass", "try:\n    pass\nexcept (A, B, C):\n    pass"),
        ("try: pass\nexcept A, B: pass", "try:\n    pass\nexcept (A, B):\n    pass"),
        ("x = t'{a}b'", "x = f'{a}b'"),
        ("[*x for x in y]", "[_item_1 for x in y for _item_1 in x]"),
        ("lazy import a\nlazy from b import c\n", "import a\nfrom b import c"),
    ],
)
def test_newer_grammar(text: str, expected: str) -> None:
    result = recover(text)
    assert lost(result) == []
    assert result.dialect == NEWER
    assert ast.unparse(result.tree) == expected


@pytest.mark.parametrize(
    ("text", "expected", "regions"),
    [
        # A broken statement leaves its neighbours.
        ("a = 1\nb = = 2\nc = 3\n", "a = 1\nc = 3", [(2, 2)]),
        ("def f():\n  a = = 1\n  b = 2\n", "def f():\n    b = 2", [(2, 2)]),
        ("def f():\n  a = = 1\n", "def f():\n    pass", [(2, 2)]),
        ("f() = 1\nx = 2\n", "x = 2", [(1, 1)]),
        ("x + = 1\ny = 1\n", "y = 1", [(1, 1)]),
        # A newline ends a statement, finished or not.
        ("x =\ny = 2\n", "y = 2", [(1, 1)]),
        ("x = 1 +\ny = 2\n", "y = 2", [(1, 1)]),
        ("if\nx:\n  y\nz", "z", [(1, 3)]),
        ("a b\nc\n", "c", [(1, 1)]),
        # An open bracket or quote does not swallow what follows.
        ("x = f(1,\ny = 2\n", "y = 2", [(1, 1)]),
        ("x = f(1,\n   2\ndef g(): pass\n", "def g():\n    pass", [(1, 2)]),
        ("x = 'abc\ny = 2\n", "y = 2", [(1, 1)]),
        ("x = '''abc\ndef f(): pass\n", "def f():\n    pass", [(1, 1)]),
        ("x = 1)\ny = 2\n", "y = 2", [(1, 1)]),
        # Text that ends in the middle of a statement.
        ("def f():\n  x = 1\n  return g(a,", "def f():\n    x = 1", [(3, 3)]),
        ("x = 1\nif y:", "x = 1", [(2, 2)]),
        ("x = 1\nfor a in", "x = 1", [(2, 2)]),
        # Broken headers.
        (
            "class A(B:\n  def f(self): pass\n",
            "class A:\n\n    def f(self):\n        pass",
            [(1, 1)],
        ),
        (
            "def f(a, b:\n  return 1\n",
            "def f(*_arguments_1, **_keywords_2):\n    return 1",
            [(1, 1)],
        ),
        ("if x(:\n  a\nelse:\n  b\nc\n", "c", [(1, 4)]),
        ("if a:\n  b\nelif = :\n  c\nd\n", "if a:\n    b\nd", [(3, 4)]),
        ("  if a:\n    b\n  else:\n  c\n  d\n", "if a:\n    b\nc\nd", [(3, 3)]),
        # Indented snippets.
        ("    def f(self):\n        return 1\n", "def f(self):\n    return 1", []),
        ("  x = 1\n  y = 2\n", "x = 1\ny = 2", []),
        ("        return 1\n    def g(self): pass\n", "return 1\n\ndef g(self):\n    pass", []),
    ],
)
def test_broken_text(text: str, expected: str, regions: list[tuple[int, int]]) -> None:
    result = recover(text)
    assert ast.unparse(result.tree) == expected
    assert lost(result) == [(first, last, "syntax error") for first, last in regions]


def test_positions_are_those_of_the_given_text() -> None:
    text = "    x = [\n  a,\n  'ü', b]; y(\nz = (1,\n# c\n  2)\n"
    result = recover(text)
    places = {
        node.id: (node.lineno, node.col_offset)
        for node in ast.walk(result.tree)
        if isinstance(node, ast.Name)
    }
    assert places == {"x": (1, 4), "a": (2, 2), "b": (3, 8), "z": (4, 0)} or lost(result)
    numbers = [node for node in ast.walk(result.tree) if isinstance(node, ast.Constant)]
    assert (numbers[-1].lineno, numbers[-1].col_offset) == (6, 2)


def test_deep_nesting_is_cut_and_the_rest_is_kept() -> None:
    text = "a = 1\nb = " + "(" * 5000 + ")" * 5000 + "\nc = " + "-" * 5000 + "1\nd = 2\n"
    result = recover(text)
    assert unparsed(text) == "a = 1\nd = 2"
    assert lost(result) == [(2, 3, "nested too deeply")]


def test_long_chains_do_not_recurse() -> None:
    text = "if x: a\n" + "elif y: b\n" * 5000
    assert recover(text).tree.body
    assert lost(recover("x = " + "a + " * 5000 + "b\ny = 1\n")) == [(1, 1, "nested too deeply")]
    assert lost(recover("x = a" + " and b" * 5000)) == []
