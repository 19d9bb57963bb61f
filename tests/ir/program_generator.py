"""Random programs about control flow: nested try, with, loops, jumps, raising calls, suspension.

Every program defines `log(k)`, which writes down where control is and what is being handled, and
then, as a stream of decisions says, is true, is false or raises; so one program takes many ways.
After a fixed number of steps all decisions are false, so every run ends.
"""

from __future__ import annotations

import random
from typing import Final

PRELUDE: Final = '''
import random, sys

class E0(Exception): pass
class E1(E0): pass
class E2(Exception): pass
class InGroup(E2): pass  # its context is the one thing that the interpreter does not have right
ERRORS = (E0, E1, E2)

class Decisions:
    def __init__(self, seed):
        self.random, self.steps = random.Random(seed), 0

    def next(self, n):
        self.steps += 1
        return 0 if self.steps > 150 else self.random.randrange(n)

D = None

def chain(error):
    names = []
    while error is not None and len(names) < 8:
        names.append(type(error).__name__ + str(error.args))
        if isinstance(error, InGroup):
            break
        error = error.__context__
    return "<".join(names)

def log(k):
    print(k, chain(sys.exc_info()[1]))
    d = D.next(8)
    if d >= 5:
        raise ERRORS[d - 5](k)
    return d >= 2

class M:
    def __init__(self, k): self.k = k
    def __enter__(self):
        log(f"enter{self.k}")
        return self.k
    def __exit__(self, kind, value, tb):
        print("with", kind and kind.__name__)
        return log(f"exit{self.k}")
    async def __aenter__(self):
        await Pause()
        return self.__enter__()
    async def __aexit__(self, kind, value, tb):
        result = self.__exit__(kind, value, tb)
        await Pause()
        return result

class Pause:
    def __await__(self): return (yield "pause")

class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        log(f"next{self.n}")
        return self.n
    def __aiter__(self): return self
    async def __anext__(self):
        await Pause()
        try: return next(self)
        except StopIteration: raise StopAsyncIteration from None

KEPT = []  # what is not run to its end must not be collected while another run is written down

def drive(it):
    """Resume a generator or coroutine with values and exceptions, as the decisions say."""
    KEPT.append(it)
    try:
        got = it.send(None)
        for _ in range(30):
            print("out", got)
            d = D.next(8)
            if d == 6:
                got = it.throw(E0("thrown"))
            elif d == 7:
                it.close()
                return "closed"
            else:
                got = it.send(d)
    except StopIteration as stop:
        return stop.value

async def collect(agen):
    KEPT.append(agen)
    try:
        got = await agen.asend(None)
        for _ in range(20):
            print("agen", got)
            d = D.next(8)
            if d == 6:
                got = await agen.athrow(E0("athrown"))
            elif d == 7:
                await agen.aclose()
                return "aclosed"
            else:
                got = await agen.asend(d)
    except StopAsyncIteration:
        return "end"
    await agen.aclose()
'''

EPILOGUE: Final = """
def run(seed):
    global D
    D = Decisions(seed)
    print("seed", seed)
    try:
        print("result", {call})
    except BaseException as error:
        print("raised", chain(error), repr(error.__cause__))
    print("left", sys.exc_info())

for seed in range({runs}):
    run(seed)
print = lambda *args: None  # while what was kept is collected
"""

_CALLS: Final = {
    "plain": "f()",
    "generator": "drive(f())",
    "coroutine": "drive(f())",
    "asyncgen": "drive(collect(f()))",
}


class ProgramGenerator:
    """Writes one program; the same seed gives the same program."""

    def __init__(self, seed: int) -> None:
        self.random: Final = random.Random(seed)
        self.flavour: Final = self.random.choice(sorted(_CALLS))
        self.counter = 0
        self.lines: list[str] = []
        self.left = 40  # statements

    def program(self, runs: int) -> str:
        keyword = "async def" if self.flavour in ("coroutine", "asyncgen") else "def"
        self.lines.append(f"{keyword} f():")
        self.emit(1, "v = None")
        self.body(1, 0, "f")
        if self.flavour in ("generator", "asyncgen"):
            self.emit(1, "yield 'last'")
        text = "\n".join(self.lines)
        call = _CALLS[self.flavour]
        return PRELUDE + "\n" + text + "\n" + EPILOGUE.format(call=call, runs=runs)

    def emit(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def number(self) -> int:
        self.counter += 1
        return self.counter

    def body(self, depth: int, level: int, inside: str) -> None:
        """A block of statements. `inside` is what encloses it: `f`, `l`oop, e`x`cept, `*`."""
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth, level, inside)

    def statement(self, depth: int, level: int, inside: str) -> None:
        self.left -= 1
        simple = level > 4 or self.left < 0
        choice = self.random.random()
        if simple or choice < 0.3:
            self.simple(depth, inside)
        elif choice < 0.55:
            self.try_(depth, level, inside)
        elif choice < 0.68:
            self.with_(depth, level, inside)
        elif choice < 0.85:
            self.loop(depth, level, inside)
        elif choice < 0.97:
            self.emit(depth, f"if {self.condition()}:")
            self.body(depth + 1, level + 1, inside)
            if self.random.random() < 0.5:
                self.emit(depth, "else:")
                self.body(depth + 1, level + 1, inside)
        else:
            self.emit(depth, f"match {self.call()}:")
            self.emit(depth + 1, f"case True if {self.call()}:")
            self.body(depth + 2, level + 1, inside)
            self.emit(depth + 1, "case v:")
            self.body(depth + 2, level + 1, inside)

    def call(self) -> str:
        return f"log({self.number()})"

    def condition(self) -> str:
        form = self.random.choice(
            ["{a}", "not {a}", "{a} and {b}", "{a} or {b}", "({a} if {b} else not {a})"]
        )
        return form.format(a=self.call(), b=self.call())

    def simple(self, depth: int, inside: str) -> None:
        options = ["call", "call", "raise", "assign", "comprehension", "if-jump"]
        if "*" not in inside:
            options.append("return")
        if "l" in inside:
            options += ["break", "continue"]
        if "x" in inside:
            options += ["reraise", "raise-e"]
        if self.flavour == "coroutine":
            options += ["await", "await"]
        elif self.flavour == "generator":
            options += ["yield", "yield", "yield-from"]
        elif self.flavour == "asyncgen":
            options += ["await", "yield", "yield"]
        kind = self.random.choice(options)
        if kind == "if-jump":
            self.emit(depth, f"if {self.call()}:")
            depth += 1
            kind = "break" if "l" in inside else "call"
        self.emit(depth, self.simple_text(kind, inside))

    def simple_text(self, kind: str, inside: str) -> str:
        number = self.number()
        error = self.random.choice(["E0", "E1", "E2"])
        cause = self.random.choice(["", "", " from None", " from E2('cause')"])
        texts = {
            "call": f"v = log({number})",
            "raise": f"raise {error}({number}){cause}",
            "raise-e": "raise v if isinstance(v, BaseException) else E2('no v')",
            "assign": f"v = (log({number}), log({self.number()}))",
            "comprehension": f"v = [log(i) for i in It(2) if log({number})]",
            "break": "break",
            "continue": "continue",
            "reraise": "raise",
            "await": "v = await Pause()",
            "yield": f"v = yield {number}",
            "yield-from": "v = yield from It(2)",
            "return": f"return {number}",
        }
        if kind == "return":
            return "return" if self.flavour == "asyncgen" else f"return log({number})"
        return texts[kind]

    def try_(self, depth: int, level: int, inside: str) -> None:
        group = self.random.random() < 0.15
        self.emit(depth, "try:")
        self.body(depth + 1, level + 1, inside)
        handlers = self.random.randint(0, 2)
        if handlers and group:
            self.group(depth, level, handlers)
        elif handlers:
            for _ in range(handlers):
                kind = self.random.choice(["E0", "E1", "E2", "(E1, E2)", f"({self.call()}, E0)[1]"])
                name = self.random.choice(["", " as v", " as e"])
                self.emit(depth, f"except {kind}{name}:")
                self.body(depth + 1, level + 1, inside + "x")
            if self.random.random() < 0.2:
                self.emit(depth, "except:")
                self.body(depth + 1, level + 1, inside + "x")
        if handlers and self.random.random() < 0.4:
            self.emit(depth, "else:")
            self.body(depth + 1, level + 1, inside)
        if not handlers or self.random.random() < 0.4:
            self.emit(depth, "finally:")
            self.body(depth + 1, level + 1, inside)

    def group(self, depth: int, level: int, handlers: int) -> None:
        """Clauses of `except*`, where jumps are not allowed."""
        for _ in range(handlers):
            self.emit(depth, f"except* {self.random.choice(['E0', 'E1', 'E2'])} as v:")
            self.emit(depth + 1, f"print(sorted(map(repr, v.exceptions)), {self.number()})")
            choice = self.random.random()
            if choice < 0.3:
                self.emit(depth + 1, f"raise InGroup({self.number()})")
            elif choice < 0.6:
                self.emit(depth + 1, "raise")
            else:
                self.emit(depth + 1, "pass")

    def with_(self, depth: int, level: int, inside: str) -> None:
        word = ""
        if self.flavour in ("coroutine", "asyncgen") and self.random.random() < 0.6:
            word = "async "
        items = [f"M({self.number()})" for _ in range(self.random.randint(1, 2))]
        name = self.random.choice(["", " as v"])
        self.emit(depth, f"{word}with {', '.join(items)}{name}:")
        self.body(depth + 1, level + 1, inside)

    def loop(self, depth: int, level: int, inside: str) -> None:
        kind = self.random.random()
        if kind < 0.35:
            self.emit(depth, f"while {self.condition()}:")
        elif kind < 0.6 and self.flavour in ("coroutine", "asyncgen"):
            self.emit(depth, f"async for v in It({self.random.randint(0, 3)}):")
        else:
            self.emit(depth, f"for v in It({self.random.randint(0, 3)}):")
        self.body(depth + 1, level + 1, inside + "l")
        if self.random.random() < 0.4:
            self.emit(depth, "else:")
            self.body(depth + 1, level + 1, inside)
