# path: shop/access.py
# role: library
import hmac

from django.utils.crypto import constant_time_compare
from werkzeug.security import check_password_hash


def verify_all(first, second, user, password):
    # handled: CWE-208
    one = hmac.compare_digest(first, second)
    # handled: CWE-208
    two = constant_time_compare(first, second)
    # handled: CWE-208
    three = check_password_hash(user.hash, password)
    return one and two and three


def login(profile, settings):
    # clean: CWE-208
    return profile.api_key == settings.env_var_api_key


def change(old_password, new_password):
    # clean: CWE-208
    return old_password == new_password
