"""What a name says about the value that it is given: a secret, a protection, or neither.

Names are judged by their last word, since `password_field` is no password. Shared by the rules on
random values, digests and comparisons.

    is_secret("reset_token")   True        is_secret("max_tokens")   False
"""

from __future__ import annotations

from functools import lru_cache

from assay.models.purposes import secret_words
from assay.source.credentials import Strength, strength
from assay.source.words import words_of


@lru_cache(maxsize=8192)
def is_secret(name: str) -> bool:
    """Whether a variable, attribute, key or argument of this name holds what nobody may guess."""
    known = secret_words()
    parts = [word for word in words_of(name) if not word.isdigit()]
    if not parts or known.other.intersection(parts):
        return False
    last = parts[-1]
    before = parts[-2] if len(parts) > 1 else ""
    if last in known.last or before + last in known.last:
        return True
    if last in known.heads and before in known.kinds:
        return True
    if "remember" in parts and "me" in parts:
        return True
    return strength(name) in (Strength.PASSWORD, Strength.KEY)


@lru_cache(maxsize=4096)
def makes_secret(name: str) -> bool:
    """Whether a function of this name makes one: `generate_token`, `make_salt`."""
    known = secret_words()
    parts = [word for word in words_of(name) if not word.isdigit()]
    if not parts or known.other.intersection(parts):
        return False
    if parts[0] in known.makers and (known.made.intersection(parts) or is_secret(name)):
        return True
    return len(parts) > 1 and is_secret(name)


@lru_cache(maxsize=8192)
def is_password(name: str) -> bool:
    """Whether a name is that of a password."""
    return strength(name) is Strength.PASSWORD
