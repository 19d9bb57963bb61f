# file: setup.cfg
# file: fast.py
def dumps(value):
    return b""
# file: main.py
import sys
from typing import TYPE_CHECKING

try:
    from _speedups import dumps
except ImportError:
    from fast import dumps

if sys.platform == "win32":
    from win import Place
else:
    from unix import Place

if TYPE_CHECKING:
    from unix import Hidden

try:
    import yaml
except ImportError:
    yaml = None

if sys.version_info > (3, 8):

    def both():
        return 1

else:

    def both():
        return ""


reveal_callees(dumps(1))  # callees: fast.dumps, = _speedups.dumps
reveal_callees(Place().name())  # callees: unix.Place.name, win.Place.name
reveal_callees(yaml.load(""))  # callees: = yaml.load
reveal_type(both())  # type: int | str


def typed(given: "Hidden"):
    reveal_callees(given.run())  # callees: unix.Hidden.run
# file: win.py
class Place:
    def name(self):
        pass
# file: unix.py
class Place:
    def name(self):
        pass


class Hidden:
    def run(self):
        pass
