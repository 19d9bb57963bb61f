# file: setup.cfg
# file: shop/__init__.py
from shop.core import Core
from .core import helper as renamed
# file: shop/core.py
class Core:
    def run(self):
        pass


def helper():
    return Core()
# file: shop/deep/__init__.py
# file: shop/deep/leaf.py
from ..core import Core
from .. import core
from . import sibling
from .sibling import Sibling as Other

reveal_type(Core())  # type: Core
reveal_callees(core.helper())  # callees: shop.core.helper
reveal_callees(sibling.make())  # callees: shop.deep.sibling.make
reveal_type(Other())  # type: Sibling
# file: shop/deep/sibling.py
class Sibling:
    pass


def make():
    return Sibling()
# file: main.py
import shop
import shop.core
import shop.core as aliased
import shop.deep.sibling
from shop import Core, renamed
from shop.deep import leaf
import missing_library.thing as thing

reveal_type(Core())  # type: Core
reveal_callees(renamed())  # callees: shop.core.helper
reveal_callees(shop.renamed().run())  # callees: shop.core.Core.run
reveal_callees(shop.core.helper())  # callees: shop.core.helper
reveal_callees(aliased.helper())  # callees: shop.core.helper
reveal_callees(shop.deep.sibling.make())  # callees: shop.deep.sibling.make
reveal_type(leaf.Other)  # type: type[Sibling]
reveal_callees(thing.start())  # callees: = missing_library.thing.start


def late():
    from shop.core import helper as inner

    reveal_callees(inner())  # callees: shop.core.helper
