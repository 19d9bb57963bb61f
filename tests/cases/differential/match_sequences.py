def f(x):
    match x:
        case []: return "empty"
        case [1]: return "one"
        case [1, 2]: return "pair"
        case [1, *_]: return "starts"
        case [*_, 9]: return "ends"
        case [a, [b, *c], *d]: return "nested", a, b, c, d
        case (a, b, *c, d) if a == b: return "guard", c, d
        case [a, a2, *rest]: return "rest", a, a2, rest
        case [*all_]: return "all", all_
        case _: return "no"
from collections import deque, UserList
for x in ([], (), [1], (1, 2), [1, 2, 3], [5, 9], [3, [4, 5, 6], 7, 8], [3, [4]], (2, 2, 3, 4), [4, 5], "ab", b"a", {1}, {1: 2}, range(3), deque([1]), iter([]), [7], bytearray(b"a"), UserList([1, 2])):
    print(f(x))
class Len:
    def __len__(self): print("len"); return 2
    def __getitem__(self, i):
        print("get", i)
        if i > 1: raise IndexError
        return i
import collections.abc
collections.abc.Sequence.register(Len)
match Len():
    case [_, _, _]: print("three")
    case [a, b]: print("two", a, b)
match [1, 2]:
    case [x, y] as whole: print(x, y, whole)
match (1, (2, (3, 4))):
    case (a, (b, (c, d))): print(a, b, c, d)
def partial(x):
    a = "unset"
    match x:
        case [a, 1]: pass
        case [_, _]: pass
    return a
print(partial([5, 1]), partial([5, 2]))
class Endless:
    def __len__(self): print("len"); return 5
    def __getitem__(self, i): print("get", i); return i
collections.abc.Sequence.register(Endless)
match Endless():
    case [0, *_, 4, 7]: print("never")
    case [*_, 3, x, _] if x: print("end", x)
