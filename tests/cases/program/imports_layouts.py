# file: pyproject.toml
# file: src/depot/__init__.py
# file: src/depot/store.py
import plain.part
import plain.inner.leaf
from scripts_helper import assist

reveal_callees(plain.part.work())  # callees: part.work
reveal_callees(plain.inner.leaf.grow())  # callees: leaf.grow
reveal_callees(assist())  # callees: scripts_helper.assist


def keep():
    pass
# file: plain/part.py
def work():
    pass
# file: plain/inner/leaf.py
def grow():
    pass
# file: scripts_helper.py
def assist():
    pass
# file: tests/test_store.py
from depot.store import keep
from plain.part import work
import neighbour

reveal_callees(keep())  # callees: depot.store.keep
reveal_callees(work())  # callees: part.work
reveal_callees(neighbour.near())  # callees: neighbour.near
# file: tests/neighbour.py
def near():
    pass
