x, w, name = 3.14159, 10, "n"
print(f"{x:.2f} {x!r:>{w}} {name!s:^{w}} {name!a} {{}} {x:{w}.{2}f}|")
print(f"{x=} {x = :.1f} {name=!s}")
print(f"" f"a" "b" f"{1}{2}")
print(f"{'nested ' + f'{x:.1f}'}")
print(f"{(lambda: 5)()} {[i for i in range(3)]} { {1: 2}[1] }")
def log(v):
    print("eval", v)
    return v
print(f"{log(1)}{log(2)!r:>{log(5)}}{log(3)}")
class F:
    def __format__(self, spec): return f"<{spec}>"
    def __repr__(self): return "R"
    def __str__(self): return "S"
print(f"{F()} {F():abc} {F()!r} {F()!s:>3}")
try:
    f"{x:zzz}"
except ValueError as e:
    print(e)
print(rf"\d{1}", f'''multi
{x:.1f}''', "%s %r" % ("a", "b"))
print(f"{x!r:{'>'}{10}}", f"{'a' if x else 'b'}", f"{x:%}")
