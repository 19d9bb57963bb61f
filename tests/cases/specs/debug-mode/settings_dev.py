# path: shop/settings/dev.py
# role: config
from shop.settings.base import *

# handled: CWE-489
DEBUG = True
ALLOWED = 1
