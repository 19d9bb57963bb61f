def log(x):
    print("log", x)
    return x
def f(x):
    try:
        match log(x):
            case [1, n] if log(n) > 5:
                return "guarded", n
            case [1, n]:
                for i in range(3):
                    match i:
                        case 1: continue
                        case 2: break
                    print("i", i)
                else:
                    print("never")
                return "plain", n
            case str() as s if raise_(s):
                pass
            case ((1 | 2 | 3) as small) | [small]:
                return "or", small
            case x if (y := x): return "walrus", y
    except ValueError as e:
        return "error", e.args
    finally:
        print("finally")
def raise_(s): raise ValueError(s)
for x in ([1, 9], [1, 2], "s", 2, [5], 0, 7):
    print(f(x))
match match := 3:
    case case: print(match, case)
class N:
    class M: V = 3
match 3:
    case N.M.V: print("dotted")
