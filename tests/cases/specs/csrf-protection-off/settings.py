# path: shop/settings.py
# role: config
# found: CWE-352
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# found: CWE-352
CSRF_ENABLED = False
