import a.b
import a.b as c
from .m import n as o, p
from q import *
