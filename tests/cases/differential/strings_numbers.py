print(1_000, 0xff, 0o17, 0b11, 1e3, 1j, 1.5j + 2, 10**30, ..., None, True, -0.0)
print("a" "b", b"x" b"y", r"\n", "\N{BULLET}", "\u00e9", '''t''', "é"[0])
print("abc"[1], "abc"[-1], "abc"[::-1], "abc"[:2], [1, 2, 3][slice(1, None)], (1,), (), [], {}, {1})
print({**{}}, {"a": 1, "a": 2}, {1, 1}, (1, *[2], 3))
a = b = []
a.append(1)
print(b, a is b, a == [1], 1 == 1.0, hash(1) == hash(1.0))
print("a" in "abc", 3 not in [1], not not 1, 5 if 0 else 6)
class S:
    def __getitem__(self, k): return k
s = S()
print(s[1], s[1:2], s[1, 2], s[1:2, ::3], s[...], s[()], s[:, 1], s[*[1, 2], 3])
