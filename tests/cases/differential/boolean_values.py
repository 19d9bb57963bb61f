def t(x):
    print("t", x)
    return x
for a in (0, 1):
    for b in (0, 1):
        print(t(a) and t(b), t(a) or t(b), not t(a), t(a) if t(b) else t(9))
        if t(a) and t(b) or not t(a):
            print("yes")
        elif t(b):
            print("elif")
        else:
            print("no")
        while not (t(a) or t(b)):
            a = 1
print([] or {} or "last", 1 and 2 and 3, 0 < t(1) < t(0) < t(5))
assert t(1)
assert t(1) and t(2), t("never")
try:
    assert t(0), t("message")
except AssertionError as error:
    print(error.args)
try:
    assert not t(1)
except AssertionError as error:
    print(error.args)
