# path: shop/settings.py
# role: config
import os

INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "shop.urls"
# found: CWE-489
DEBUG = True
# handled: CWE-489
TEMPLATE_DEBUG = os.environ.get("TEMPLATE_DEBUG") == "1"
# clean: CWE-489
DEBUG_PROPAGATE_EXCEPTIONS = False
