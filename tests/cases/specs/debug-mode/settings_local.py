# path: shop/local/settings.py
# role: config
from shop.settings import *

# handled: CWE-489
DEBUG = True
# clean: CWE-489
TEMPLATE_DEBUG = False
