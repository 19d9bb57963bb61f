def log(x):
    print("eval", x)
    return x
class Box:
    def __setattr__(self, name, value):
        print("set", name, value)
    def __setitem__(self, key, value):
        print("item", key, value)
    def __getitem__(self, key):
        print("get", key)
        return 10
    def __delitem__(self, key):
        print("del", key)
b = Box()
def box(tag):
    print("box", tag)
    return b
box(1).x = box(2)[log("k")] = log("v")
box(3)[log(1):log(2):log(3)] = log(4)
(box(5).p, box(6)[log(7)]) = log((8, 9))
[a, (c, *d), e] = 1, (2, 3, 4), 5
print(a, c, d, e)
box(10)[log(11)] += log(12)
del box(13)[log(14)], a
try:
    a
except NameError as error:
    print(error)
