# file: setup.cfg
# file: kit/__init__.py
from kit.tools import *
from os.path import *
# file: kit/tools.py
from kit.inner import *

__all__ = ["open_tool", "_hidden", "below"]


def open_tool():
    return 1


def _hidden():
    return ""


def left_out():
    pass
# file: kit/inner.py
def below():
    return 2.0


def _private():
    pass
# file: main.py
from kit import *
from kit.inner import *
import kit.tools

reveal_callees(open_tool())  # callees: kit.tools.open_tool
reveal_callees(below())  # callees: kit.inner.below
reveal_callees(join("a", "b"))  # callees: = os.path.join
reveal_callees(kit.tools._hidden())  # callees: kit.tools._hidden
reveal_callees(_private())  # callees: ?
