from __future__ import annotations
x: undefined = 3
def f(a: nope, *b: nope[1]) -> "quoted": pass
class C:
    y: list[undefined]
    z: int = 4
print(__annotations__, f.__annotations__, C.__annotations__, C.z)
