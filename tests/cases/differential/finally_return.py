def f(kind):
    print("f", kind)
    try:
        if kind == "return":
            return "try"
        if kind == "raise":
            raise ValueError("try")
        print("normal")
    except ValueError as error:
        print("except", error)
        return "except"
    else:
        print("else")
    finally:
        print("finally")
    return "end"
for k in ("return", "raise", "normal"):
    print(f(k))
def g(kind):
    for i in range(3):
        try:
            if kind == "break":
                break
            if kind == "continue":
                continue
            if kind == "return":
                return i
            if kind == "raise":
                raise KeyError(i)
        finally:
            print("finally", kind, i)
    else:
        print("else")
    return "after"
for k in ("break", "continue", "return", "none"):
    print(g(k))
try:
    g("raise")
except KeyError as error:
    print("out", error)
def h():
    try:
        return "a"
    finally:
        return "b"
def swallow():
    try:
        raise ValueError
    finally:
        return "swallowed"
def loop():
    while True:
        try:
            1 / 0
        finally:
            break
    return "left"
def cont():
    for i in range(2):
        try:
            1 / 0
        finally:
            continue
    return "cont"
print(h(), swallow(), loop(), cont())
def value():
    x = 1
    try:
        return x
    finally:
        x = 2
print(value())
