def fib(n, memo={}):
    if n in memo: return memo[n]
    r = memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return r
print(fib(50))
def perms(xs):
    if not xs:
        yield []
        return
    for i, x in enumerate(xs):
        for rest in perms(xs[:i] + xs[i + 1:]):
            yield [x, *rest]
print(list(perms([1, 2, 3])))
def sieve(n):
    flags = [True] * (n + 1)
    for i in range(2, int(n ** .5) + 1):
        if flags[i]:
            flags[i * i::i] = [False] * len(flags[i * i::i])
    return [i for i, f in enumerate(flags) if f and i > 1]
print(sieve(50))
class Node:
    def __init__(self, v, l=None, r=None): self.v, self.l, self.r = v, l, r
    def __iter__(self):
        if self.l: yield from self.l
        yield self.v
        if self.r: yield from self.r
print(list(Node(2, Node(1), Node(4, Node(3)))))
def collatz(n):
    steps = 0
    while n != 1:
        n, steps = (n // 2 if n % 2 == 0 else 3 * n + 1), steps + 1
    return steps
print([collatz(i) for i in range(1, 12)])
from functools import reduce, partial, lru_cache, wraps, total_ordering, singledispatch
@lru_cache(maxsize=None)
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
print(ack(2, 3), reduce(lambda a, b: a * b, range(1, 6)), partial(pow, 2)(5))
@singledispatch
def kind(x): return "object"
@kind.register
def _(x: int): return "int"
@kind.register(str)
def _(x): return "str"
print(kind(1), kind("a"), kind([]))
