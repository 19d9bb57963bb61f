"""Whether a name is that of a credential, and whether a value can be one.

A name alone says nothing, and neither does a value: a rule asks for both. Names are judged by their
last word (`db_password` is a password, `password_field` is none), values by what they are not:
placeholders, keys, labels, messages, paths, dotted names.

    strength("DB_PASSWORD")      PASSWORD          grade("s3cr3t!", ...)      COMPLEX
    strength("token_type")       NOTHING           grade("password", ...)     IMPLAUSIBLE

Both are asked twice: a rule that finds asks for much, and what is shown of a file (`redaction`)
is left out at less, so that nothing that is found is ever shown.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final, final

from assay.models.credentials import CONNECTION_STRING, URL, Format, formats, names, values
from assay.source.words import words_of


class Strength(IntEnum):
    """How much a name says: a token may be anything, a password is one."""

    NOTHING = 0
    TOKEN = 1
    KEY = 2
    PASSWORD = 3


class Grade(IntEnum):
    """How much a value looks like a credential."""

    IMPLAUSIBLE = 0
    WORD = 1  # a plain word: `tiger`; a password only where one is expected
    COMPLEX = 2  # letters with digits or signs
    RANDOM = 3  # long and without pattern


@final
class Known:
    """A value in a known format; `secret` is the part that is to be kept."""

    __slots__ = ("format", "secret")

    def __init__(self, format_: Format, secret: str) -> None:
        self.format: Final = format_
        self.secret: Final = secret


_REMEMBERED: Final = 8192
"""Literals repeat: the look at one depends on its text alone, and is kept this many times."""

_NAME: Final = re.compile(r"[A-Za-z_-][\w.-]*")


@lru_cache(maxsize=4096)
def strength(name: str) -> Strength:
    """What a name says about what it holds."""
    known = names()
    if not _NAME.fullmatch(name):
        return Strength.NOTHING
    parts = [word for word in words_of(name) if not word.isdigit()]
    while len(parts) > 1 and parts[-1] in known.trailing:
        parts.pop()
    if not parts or known.other_meaning.intersection(parts):
        return Strength.NOTHING
    last = parts[-1]
    before = parts[-2] if len(parts) > 1 else ""
    joined = before + last
    if last in known.passwords or (last == "pass" and before in known.password_owners):
        return Strength.PASSWORD
    if joined in known.passwords or (before == "pass" and last in ("word", "phrase", "wd")):
        return Strength.PASSWORD
    if last in known.keys or joined in known.keys or (last == "key" and before in known.key_kinds):
        return Strength.KEY
    if last == "token" and before and before not in known.token_kinds:
        return Strength.NOTHING
    return Strength.TOKEN if last in known.tokens else Strength.NOTHING


# Values

_FORMATTED: Final = re.compile(
    r"%\(\w+\)|%[sdr]|\{\w*(?:[.\[!:][^{}]*)?\}|\$\{|\$\(|\{\{|\{%|^\$[A-Z_]+$|^%[A-Z_]+%$"
    r"|^<.*>$|^\[.*\]$|^\(.*\)$|^__\w+__$"
)
_PATH: Final = re.compile(
    r"^(?:~?/|\.{1,2}/|[A-Za-z]:\\|\\\\)|^[\w.-]+(?:/[\w.@-]+)+/?$|\.[a-z]{2,4}$|^\w+://|^/|/$"
)
_DOTTED: Final = re.compile(r"^[A-Za-z_]\w*(?:[.:]{1,2}[A-Za-z_]\w*)+$")
_CONSTANT: Final = re.compile(r"^_?[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)+$")
_REGEX: Final = re.compile(r"\\[wdsSWDbB.]|\(\?|\[\^|\[a-z|\[A-Z|\.\*|\.\+|^\^|\|\w+\|")
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^>]*>|&\w+;|=\"|='")
_WORDLIKE: Final = re.compile(r"^[A-Za-z]+(?:[-_.:][A-Za-z]+)*$")
_RANDOM: Final = re.compile(r"^[A-Za-z0-9+/=_\-.~!@#$%^&*]{16,}$")
_UUID_OR_VERSION: Final = re.compile(r"^\d+(?:\.\d+)+\w*$|^\d{4}-\d\d-\d\d")
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_FEWEST_BINARY: Final = 8
_LONGEST: Final = 200
_FEWEST_DISTINCT: Final = 3


@cache
def _any_hint() -> re.Pattern[str]:
    """What every value in a known format holds: most values meet this pattern only."""
    return re.compile("|".join(re.escape(hint) for row in formats() for hint in row.hints))


@lru_cache(maxsize=_REMEMBERED)
def known_format(value: str) -> Known | None:
    """The known format that a value has, when what it holds is no placeholder."""
    if _any_hint().search(value) is None:
        return None
    for row in formats():
        if any(hint in value for hint in row.hints):
            found = row.pattern.search(value)
            if found is not None:
                secret = found.group("secret")
                written = row.kind in (URL, CONNECTION_STRING)
                if _is_password(secret) if written else not _looks_made_up(secret):
                    return Known(row, secret)
    return None


def _is_password(secret: str) -> bool:
    """Whether what stands for a password inside of a URL or connection string is one."""
    if is_placeholder(secret) or _FORMATTED.search(secret) or secret[0] in "$%{<[*":
        return False
    if "{" in secret or secret.isdigit():
        return False
    return not set(_plain_words(secret)) <= values().vocabulary


def _looks_made_up(secret: str) -> bool:
    """Whether a token is one of a manual: EXAMPLE, a run of the same letter, 1234567890."""
    lowered = secret.lower()
    if any(word in lowered for word in ("example", "xxxx", "123456", "abcdef", "0000", "....")):
        return True
    return entropy(secret.rpartition("_")[2].replace("\n", "")) < 2.8


def is_placeholder(value: str) -> bool:
    """Whether a value stands where a credential will be."""
    lowered = value.strip().lower()
    known = values()
    if lowered in known.placeholders or len(set(lowered)) < _FEWEST_DISTINCT:
        return True
    parts = words_of(value)
    if known.placeholder_words.intersection(parts):
        return True
    if lowered.startswith(_MADE_UP):
        return True
    return "changeme" in lowered or ("change" in parts and ("me" in parts or "this" in parts))


_MADE_UP: Final = ("fake", "dummy", "example", "placeholder", "your", "replace", "redacted")


def _plain_words(value: str) -> list[str]:
    return [word for word in words_of(value) if not word.isdigit()]


def entropy(value: str) -> float:
    """Bits a character, by how often each occurs in the value."""
    if not value:
        return 0.0
    count = len(value)
    return -sum(n / count * math.log2(n / count) for n in Counter(value).values())


@lru_cache(maxsize=_REMEMBERED)
def grade(value: str, name: str) -> Grade:
    """How much a value looks like a credential for what has this name."""
    if not 3 <= len(value) <= _LONGEST:
        return Grade.IMPLAUSIBLE
    if _BINARY.search(value):
        random = len(value) >= _FEWEST_BINARY and entropy(value) >= 2.8
        return Grade.RANDOM if random else Grade.IMPLAUSIBLE
    if not value.isprintable() or value != value.strip():
        return Grade.IMPLAUSIBLE
    if _impossible(value):
        return Grade.IMPLAUSIBLE
    if _is_random(value):
        return Grade.RANDOM
    if _PATH.search(value) or _says_something(value, name):
        return Grade.IMPLAUSIBLE
    if _WORDLIKE.match(value):
        return Grade.WORD
    letters = any(char.isalpha() for char in value)
    return Grade.COMPLEX if letters or len(value) > 3 else Grade.IMPLAUSIBLE


def is_weak_key(value: str) -> bool:
    """Whether a value is a word that applications are known to sign with: "secret", "dev"."""
    return value.lower() in values().weak_keys


def _impossible(value: str) -> bool:
    if value[0] == "-" or not value.isascii() or is_placeholder(value):
        return True
    if value.lower() in values().algorithms or _UUID_OR_VERSION.match(value):
        return True
    return any(
        pattern.search(value) is not None
        for pattern in (_FORMATTED, _CONSTANT, _DOTTED, _REGEX, _MARKUP)
    )


def _says_something(value: str, name: str) -> bool:
    """Whether a value is a message, or made of the words of keys, labels and its own name."""
    if value[-1] in ":?" or value.endswith("..."):
        return True
    parts = value.split()
    if len(parts) > 1 and all(part.strip(".,;:!?'\"()").isalpha() for part in parts):
        return True
    if len(parts) > 3:
        return True
    words = _plain_words(value)
    if not words:
        return False
    own = set(_plain_words(name))
    digits = sum(char.isdigit() for char in value)
    signs = sum(char in "!@#$%^&*+=~?" for char in value)
    if digits > 1 or signs:
        return False
    return words == _plain_words(name) or all(
        word in own or word in values().vocabulary for word in words
    )


def _is_random(value: str) -> bool:
    """Whether a value is long and has no pattern: a key, not words."""
    if not _RANDOM.match(value) or entropy(value) < 3.0:
        return False
    digits = sum(char.isdigit() for char in value)
    lower = any(char.islower() for char in value)
    upper = any(char.isupper() for char in value)
    if digits == 0:
        return False
    runs = [len(word) for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", value)]
    longest = max(runs, default=0)
    if value.count("/") + value.count(".") > 3 and not (upper and lower and digits > 3):
        return False
    hexadecimal = re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", value) is not None
    return hexadecimal or (longest <= 6 and digits >= 2) or (upper and lower and digits >= 3)


# What is not shown

_FIELDS: Final = re.compile(
    r"%\(\w*\)[sdr]?|%[sdr]|\{\w*(?:[.\[!:][^{}]*)?\}|\$\{[^}]*\}|\$\([^)]*\)"
)
_SIGNS: Final = frozenset("!@#$%^&*+=~?")
_CASED: Final = re.compile(r"[a-z].*[A-Z]|[A-Z].*[a-z]|\d")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LONGEST_SAID: Final = 80


@lru_cache(maxsize=_REMEMBERED)
def concealment(name: str) -> Strength:
    """What a name says about what it holds, where the question is whether that may be shown.

    At least `strength(name)`: names that are too vague for a finding, plurals, option flags and the
    credentials of tests count too.
    """
    how = strength(name)
    if how > Strength.TOKEN or not name or len(name) > _LONGEST_SAID:
        return how
    known = names()
    plain = name.strip("-/:=\"' ").replace(" ", "_")
    parts = [word for word in words_of(plain) if word not in known.modifiers]
    while len(parts) > 1 and (parts[-1] in known.trailing or parts[-1].isdigit()):
        parts.pop()
    if not parts:
        return how
    if parts[-1] in known.vague and not known.other_meaning.intersection(parts):
        return Strength.KEY
    joined = "_".join(parts)
    how = max(how, strength(joined), strength(joined.removesuffix("s")))
    # What a finding asks a look of, a token of a kind, is as much of a secret as any other.
    told = how is Strength.TOKEN and len(parts) > 1
    return Strength.KEY if told and parts[-1].startswith("token") else how


def conceals(value: str, name: str) -> bool:
    """Whether a value is not to be shown beside this name.

    So is every value that `grade` calls plausible, and every one that is implausible as a finding
    for a reason that does not make it harmless: its length, its alphabet, its line ends.
    """
    how = concealment(name)
    return how is not Strength.NOTHING and conceals_as(value, name, how)


def conceals_as(value: str, name: str, how: Strength) -> bool:
    """`conceals`, for a place that says how much it takes a value to be a secret."""
    if how >= Strength.KEY and is_weak_key(value):
        return True
    value = value.strip()
    if len(value) < _FEWEST_DISTINCT:
        return False
    look = grade(value, name)
    if look is not Grade.IMPLAUSIBLE:
        return look is not Grade.WORD or how is not Strength.TOKEN
    if is_placeholder(value):
        return False
    if "\n" in value or "\r" in value:
        return any(conceals_as(line, name, how) for line in value.splitlines())
    if _CONTROL.search(value) is not None:
        return True
    if len(value) > _LONGEST:
        return not any(char.isspace() for char in value) and "://" not in value
    if value[0] == "-":
        return grade(value.lstrip("-"), name) >= Grade.COMPLEX
    if " " in value:
        return how is Strength.PASSWORD and _is_passphrase(value)
    if not value.isascii():
        return True
    rest = _FIELDS.sub("", value)
    if rest != value:
        return grade(rest.strip(" :/-_."), name) >= Grade.COMPLEX
    return (
        not _SIGNS.isdisjoint(value)
        and _CASED.search(value) is not None
        and not any(one.search(value) for one in (_FORMATTED, _REGEX, _MARKUP))
        and "://" not in value
        and value[-1] not in ":?"
    )


def _is_passphrase(value: str) -> bool:
    """Whether words behind each other are no message: none of them is one that messages have."""
    said = [word.lower() for word in re.findall(r"\w+", value)]
    return value[-1] not in ".:?!" and values().vocabulary.isdisjoint(said)
