def f(x):
    match x:
        case 0: return "zero"
        case -1 | 1 | 2: return "small"
        case 1.5 | -2j | 3 + 4j: return "number"
        case "a" "b": return "ab"
        case b"x": return "bytes"
        case None: return "none"
        case True: return "true"
        case False: return "false"
        case _: return "other"
for x in (0, 1, -1, 2, 1.5, -2j, 3 + 4j, "ab", b"x", None, True, False, [], 0.0):
    print(repr(x), f(x))
class Eq:
    def __eq__(self, other):
        print("eq", other)
        return other == 2
print(f(Eq()))
class K: A = 1; B = "b"
import string
def g(x):
    match x:
        case K.A: return "A"
        case K.B: return "B"
        case string.digits: return "digits"
        case y if y > 10: return "big", y
        case y: return "rest", y
print([g(x) for x in (1, "0123456789", 11, 5)])
match 5:
    case 6: print("never")
match 1, 2:
    case a, b if a > b: print("gt")
    case a, b if (c := a + b) > 2: print("sum", c)
print(a, b)
