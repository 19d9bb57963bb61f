# path: shop/tokens.py
# role: library
import jwt
import python_jwt
from jose import jwt as jose_jwt


def claims(token):
    # found: CWE-347
    one = jwt.decode(token, options={"verify_signature": False})
    # found: CWE-347
    two = jwt.decode(token, "key", False)
    # found: CWE-347
    three = jwt.decode(token, "key", verify=False)
    # found: CWE-347
    four = jose_jwt.get_unverified_claims(token)
    # found: CWE-347
    five = jwt.encode({"user": 1}, None, algorithm="none")
    return one, two, three, four, five


def processed(token):
    # found: CWE-347
    return python_jwt.process_jwt(token)


def processed_and_verified(token, key):
    # handled: CWE-347
    header, claims = python_jwt.process_jwt(token)
    return python_jwt.verify_jwt(token, key, ["RS256"])


def options_first(token):
    # found: CWE-347
    options = {"verify_signature": False, "verify_exp": True}
    return jwt.decode(token, options=options)


def checked(token, keys, verify, settings, skip_verification):
    # handled: CWE-347
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    return jwt.decode(token, keys[issuer], algorithms=["RS256"])


def checked_after(token, keys):
    # handled: CWE-347
    unverified = jose_jwt.get_unverified_claims(token)
    return jose_jwt.decode(token, keys[unverified["iss"]], algorithms=["RS256"])


def decided(token, key, verify, settings, skip_verification):
    # handled: CWE-347
    one = jwt.decode(token, key, verify=verify)
    # handled: CWE-347
    two = jwt.decode(token, options={"verify_signature": settings.verify})
    # clean: CWE-347
    three = jwt.decode(token, key, options={"verify_signature": True})
    # handled: CWE-347
    four = jwt.encode({"user": 1}, key, algorithm=settings.algorithm)
    header = jwt.get_unverified_header(token)
    return one, two, three, four, header


def on_request(token, skip_verification):
    if skip_verification:
        # handled: CWE-347
        return jwt.decode(token, options={"verify_signature": False})
    return None
