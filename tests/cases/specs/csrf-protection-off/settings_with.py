# path: shop/settings.py
# role: config
# clean: CWE-352
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
# clean: CWE-352
CSRF_ENABLED = True
