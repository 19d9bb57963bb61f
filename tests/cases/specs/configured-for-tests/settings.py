# path: shop/settings.py
# role: config
import os

INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "shop.urls"
# found: CWE-16
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# found: CWE-16
CELERY_TASK_ALWAYS_EAGER = True
# found: CWE-16
PAYMENT_PROVIDER = "shop.payment.FakeProvider"
# found: CWE-16
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# found: CWE-16
WTF_CSRF_ENABLED = False
CACHES = {
    # found: CWE-16
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # clean: CWE-16
    "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
}
# clean: CWE-16
TASK_BROKER = "shop.tasks.RabbitBroker"
# clean: CWE-16
TESTING = False
SESSION_ENGINE = os.environ["SESSION_ENGINE"]
STUBBORN_RETRIES = 3
# clean: CWE-16
LOGIN_HANDLER = "shop.login.MockingbirdHandler"

if os.environ.get("SHOP_TESTING"):
    # handled: CWE-16
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
