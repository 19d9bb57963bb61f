def f(x):
    match x:
        case {"k": 1}: return "one"
        case {"k": v, "l": [w, *_]}: return "two", v, w
        case {"k": (1 | 2) as q, **rest}: return "rest", q, rest
        case {"k": str() | int() as t}: return "typed", t
        case {1: a, None: b}: return "keys", a, b
        case {**all_} if all_: return "all", all_
        case {}: return "empty"
    return "no"
import collections
for x in ({"k": 1}, {"k": 5, "l": (6, 7)}, {"k": 2, "z": 3}, {"k": "s"}, {1: 2, None: 3, "x": 0}, {"q": 1}, {}, [], 3, collections.OrderedDict(k=1), collections.ChainMap({"k": 2}, {"m": 4})):
    print(f(x))
class D(dict):
    def __missing__(self, key): print("missing"); return 1
    def get(self, key, default=None): print("get", key); return super().get(key, default)
print(f(D()))
d = collections.defaultdict(int)
print(f(d), dict(d))
class K: X = "k"
match {"k": 3, "j": 4}:
    case {K.X: v, **r}: print(v, r)
try:
    match {"k": 1}:
        case {K.X: 1, "k": 1}: pass
except ValueError as e: print(e)
