import os.path, sys as system, os.path as p, collections.abc as cabc
from os import path as q, sep
from collections import *
import xml.dom.minidom
print(os.path is p is q, system.__name__, cabc.__name__, "OrderedDict" in globals(), xml.dom.minidom.__name__)
try:
    import no_such_module_at_all
except ImportError as e:
    print(e, e.name)
try:
    from os import no_such_name
except ImportError as e:
    print(str(e)[:40], e.name)
try:
    from . import x
except ImportError as e:
    print(type(e), e)
def f():
    import json as j, os
    from json import dumps as d, loads
    return d([1]), loads("[2]"), j.__name__, os.sep
print(f())
class C:
    import math
    from math import pi as p
print(C.math.floor(C.p))
try:
    import os.nothing
except ImportError as e:
    print(e)
