"""Secrets in text that is not read as code: in strings, comments, templates, messages.

By shape: formats that only credentials have, private keys, URLs with a password, what follows
`Bearer`. By name: `password=hunter2;`, `# password: hunter2`, `--password hunter2`. A name in prose
is mostly followed by a word of the sentence, so a plain word counts only where nothing follows it.

    secrets_in("postgres://shop:hunter2@db/shop")     the span of "hunter2"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from assay.models.credentials import CONNECTION_STRING, PRIVATE_KEY, URL, arguments, formats, values
from assay.source.credentials import (
    Grade,
    Strength,
    concealment,
    conceals_as,
    grade,
)
from assay.source.words import words_of

Span = tuple[int, int]

_STEMS: Final = (
    "passw", "pass", "pwd", "pw", "psw", "secret", "token", "key", "auth", "cred", "senha",
    "contrasena", "motdepasse", "kennwort", "parole", "mdp",
)  # fmt: skip
"""With one of these begins the last word of every name that `concealment` knows, but for `pat`."""
_STEM: Final = rf"(?:{'|'.join(_STEMS)})"
_NAMED: Final = re.compile(
    rf"""{_STEM}[\w-]{{0,20}}(?:\\?["'\])]){{0,3}}[ \t]{{0,8}}(?::=|=>|[=!]=|=|:)[ \t]{{0,8}}""",
    re.I | re.A,
)
_SAID: Final = re.compile(rf"{_STEM}[\w-]{{0,20}}[ \t]+is[ \t]+", re.I | re.A)
_OPTION: Final = re.compile(rf"(?<![\w-])--[\w-]{{0,40}}{_STEM}[\w-]{{0,40}}[ \t]+", re.I | re.A)
_URL: Final = re.compile(
    r"""://(?:[^/\s:@'"<>{}\[\]]*:(?P<secret>[^\s/'"<>\\]+)|(?P<user>\w{16,}))"""
    r"""(?=@[\w.\-\[{%$])"""
)
_SPLIT_URL: Final = re.compile(r"""://[^/\s"']*["']""")
_SCHEME: Final = re.compile(
    r"\b(?P<scheme>bearer|basic|token)[ \t]+(?P<secret>[\w.~+/=-]{3,})", re.I
)
_COMMAND: Final = re.compile(
    r"""\b(?:(?:curl|wget|http)\b[^\r\n]{0,300}?[ \t](?:-u|--user)[ \t=]*["']?[^\s:"']+:"""
    r"""|sshpass[ \t]+-p[ \t]*["']?|mysql(?:dump|admin)?\b[^\r\n]{0,300}?[ \t]-p)"""
    r"""(?P<secret>[^\s"'$]+)"""
)
_KEY_BLOCK: Final = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<body>(?:(?!-----BEGIN).){0,20000}?)"
    r"(?:-----END|\Z|(?=-----BEGIN)|(?=\n[ \t]*\n[ \t]*\n))",
    re.S,
)
_KEY_LINE: Final = re.compile(r"(?:(?<![\\A-Za-z0-9+/=])|(?<=\\n)|(?<=\\r))[A-Za-z0-9+/=]{8,}")
_QUOTED: Final = re.compile(r"""\\?(["'`])(?P<value>(?:(?!\\?\1)[^\r\n])*)""")
_BARE: Final = re.compile(r"""[^\s"'`<>]+""")
_NEXT_PAIR: Final = re.compile(r"""[;&](?=\s*[\w.% -]+=|\s|$)|,(?=\s*[\w.-]+\s*[=:]|\s|$)""")
_RANDOM: Final = re.compile(r"[A-Za-z0-9+/=_.~-]+$")
_REST: Final = re.compile(r"[\w-]{0,60}")
_LONE: Final = re.compile(r"(?<![a-z])pat(?![a-z])")
_FILLED_URL: Final = re.compile(r"://[^/\s:@]*:\{")
_LONGEST_BARE: Final = 1000
_LONGEST_NAME: Final = 60
_CODE: Final = re.compile(r"^[A-Za-z_.]+[(\[]")
_LETTER: Final = re.compile(r"[^\W\d_]")


@cache
def _hints() -> tuple[tuple[str, ...], ...]:
    """For each format what every match holds."""
    return tuple(row.hints for row in formats())


def shapes_in(text: str) -> Iterator[Span]:
    """What is a secret by its shape, wherever it stands."""
    is_hinted = has_token_hint(text)
    for row, hints in zip(formats(), _hints(), strict=True):
        if row.kind in (URL, CONNECTION_STRING, PRIVATE_KEY):
            continue
        if is_hinted and any(hint in text for hint in hints):
            for found in row.pattern.finditer(text):
                yield found.span("secret")
    if is_hinted and "PRIVATE KEY" in text:
        for found in _KEY_BLOCK.finditer(text):
            for line in _KEY_LINE.finditer(text, *found.span("body")):
                yield line.span()
    if "://" in text and "@" in text:
        for found in _URL.finditer(text):
            secret, user = found.group("secret"), found.group("user")
            if secret is not None and _is_written(secret):
                yield found.span("secret")
            elif user is not None and grade(user, "") is Grade.RANDOM:
                yield found.span("user")


def _is_written(secret: str) -> bool:
    """Whether the password of a URL is one, and no field or placeholder."""
    words = set(words_of(secret))
    if words and words <= values().vocabulary:
        return False
    return (
        (secret[0] not in "$%{<[*" and conceals_as(secret.replace("/", ""), "", Strength.PASSWORD))
        or (len(secret) < 3 and "{" not in secret)
        or secret.isdigit()
    )


def named_in(text: str, start: int, end: int) -> Iterator[Span]:
    """What is a secret by what stands before it, in a part of a text that is no code."""
    done = start
    for found in _NAMED.finditer(text, start, end):
        if found.start() >= done:
            name = name_before(text, found.start(), found.end())
            for span in value_behind(text, name, found.end(), end, True):
                done = span[1]
                yield span
    for found in _OPTION.finditer(text, start, end):
        yield from value_behind(text, found.group().strip(), found.end(), end, False)
    for found in _SAID.finditer(text, start, end):
        name = text[_name_start(text, found.start(), start) : found.end()].rpartition("is")[0]
        yield from _said(text, name.strip(), found.end(), end)
    for found in _SCHEME.finditer(text, start, end):
        if _is_scheme(text, found, start, end):
            yield found.span("secret")
    for found in _COMMAND.finditer(text, start, end):
        if concealable(found.group("secret"), ""):
            yield found.span("secret")


def hits_in(text: str) -> list[Span]:
    """Where `named_in` may find something: a name of a secret with what follows it."""
    found: list[Span] = []
    lowered = text.lower()
    if len(lowered) != len(text):  # of few characters the small letter is two
        lowered = text
    for stem in _STEMS:
        start = lowered.find(stem)
        while start >= 0:
            hit = _NAMED.match(text, start) or _SAID.match(text, start)
            if hit is not None and _names_one(text, *hit.span()):
                found.append(hit.span())
            start = lowered.find(stem, start + len(stem))
    if "--" in text:
        found += [hit.span() for hit in _OPTION.finditer(text)]
    if "asic " in text or "earer " in text or "oken " in text:
        found += [hit.span("secret") for hit in _SCHEME.finditer(text)]
    if any(command in text for command in ("curl", "wget", "http ", "sshpass", "mysql")):
        found += [hit.span("secret") for hit in _COMMAND.finditer(text)]
    return found


def may_reach(text: str) -> bool:
    """Whether code may have a name or callable that a value reaches as a secret.

    Most files have none, and need not be walked for `secret_literals`.
    """
    lowered = text.lower()
    if any(root in text for root in _roots()) or _FILLED_URL.search(lowered) is not None:
        return True
    if "pat" in lowered and _LONE.search(lowered) is not None:
        return True
    seen: set[str] = set()
    for stem in (*_STEMS, "bearer"):
        start = lowered.find(stem)
        while start >= 0:
            end = start + len(stem)
            first = _name_start(lowered, start, 0)
            rest = _REST.match(lowered, end)
            last = end if rest is None else rest.end()
            name = text[first:last] if len(lowered) == len(text) else lowered[first:last]
            is_statement = name == "pass" and text[first - 1 : first] not in ("'", '"')
            if name not in seen and not is_statement:
                seen.add(name)
                for part in (name, *name.split(".")):
                    if concealment(part) is not Strength.NOTHING or part.endswith("auth"):
                        return True
            start = lowered.find(stem, end)
    return may_be_split(text)


@cache
def _roots() -> frozenset[str]:
    """The libraries of callables that take a secret by position."""
    return frozenset(path.partition(".")[0] for path in arguments())


def _names_one(text: str, first: int, last: int) -> bool:
    """Whether a hit names a secret: most are a `key` of something else."""
    name = name_before(text, first, last).rstrip().removesuffix(" is")
    return concealment(name) is not Strength.NOTHING


def may_be_split(text: str) -> bool:
    """Whether a shape may only come of literals that are joined."""
    return has_token_hint(text) or _SPLIT_URL.search(text) is not None


@lru_cache(maxsize=2)
def has_token_hint(text: str) -> bool:
    """Whether a text holds what every text does that has a token or key in a known format."""
    return any(hint in text for hint in _token_hints())


@cache
def _token_hints() -> tuple[str, ...]:
    rows = (row for row in formats() if row.kind not in (URL, CONNECTION_STRING))
    return tuple(dict.fromkeys(hint for row in rows for hint in row.hints))


def name_before(text: str, first: int, last: int) -> str:
    """The name that a hit of `hits_in` ends with, without the sign behind it."""
    return text[_name_start(text, first, 0) : last].rstrip(" \t=:!>\"'])\\")


def concealable(value: str, name: str) -> bool:
    """Whether a value is one where nothing but a secret stands."""
    return conceals_as(value, name, Strength.PASSWORD)


def secrets_in(text: str) -> list[Span]:
    """Every secret of a text that is no code: of a template, a message, a configuration."""
    return merged([*shapes_in(text), *named_in(text, 0, len(text))])


def merged(spans: list[Span]) -> list[Span]:
    """The spans in order, those that touch made one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if first >= last:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _name_start(text: str, at: int, start: int) -> int:
    """Where the name begins whose stem stands at a place."""
    start = max(start, at - _LONGEST_NAME)
    while at > start and (text[at - 1].isalnum() or text[at - 1] in "_-."):
        at -= 1
    return at


def value_behind(text: str, name: str, at: int, end: int, by_sign: bool) -> Iterator[Span]:
    """The secret that follows a name; `by_sign` when `=` or `:` stands between them."""
    how = concealment(name)
    if how is Strength.NOTHING:
        return
    quoted = _QUOTED.match(text, at, end)
    if quoted is not None:
        if conceals_as(quoted.group("value"), name, how):
            yield quoted.span("value")
        return
    bare = _BARE.match(text, at, min(end, at + _LONGEST_BARE))
    if bare is not None and bare.end() == at + _LONGEST_BARE and _RANDOM.match(bare.group()):
        bare = _BARE.match(text, at, end)
    if bare is None or (not by_sign and bare.group()[0] == "-"):
        return
    value = bare.group()
    cut = _NEXT_PAIR.search(value)
    if cut is not None and conceals_as(value[: cut.start()], name, how):
        value = value[: cut.start()]
    else:
        cut = None  # a value may hold such characters
    value = value.rstrip(".,;:)]}|\\")
    if not value or _CODE.match(value) is not None:
        return
    after = at + len(value)
    if cut is None and _goes_on(text, after, end):
        how = min(how, Strength.TOKEN)
    if conceals_as(value, name, how):
        yield at, after


def _said(text: str, name: str, at: int, end: int) -> Iterator[Span]:
    """The secret of a sentence: "the password is hunter2"."""
    how = min(concealment(name.rpartition(" ")[2]), Strength.TOKEN)
    bare = _BARE.match(text, at, end)
    if how is Strength.NOTHING:
        return
    if bare is None:
        yield from value_behind(text, name, at, end, True)
        return
    value = bare.group().rstrip(".,;:)]}!?")
    if conceals_as(value, name, how):
        yield at, at + len(value)


def _goes_on(text: str, at: int, end: int) -> bool:
    """Whether a sentence goes on behind a word of it."""
    line = _line_end(text, at, end)
    rest = text[at:line].strip()
    if not rest or rest[0] in "-;&|>\"'`)]},":
        return False
    return _LETTER.search(rest) is not None


def _line_end(text: str, at: int, end: int) -> int:
    found = text.find("\n", at, end)
    return end if found < 0 else found


def _is_scheme(text: str, found: re.Match[str], start: int, end: int) -> bool:
    """Whether what follows `Bearer` is a credential and no word of a sentence."""
    secret = found.group("secret").rstrip(".")
    if secret.lower().startswith(("realm", "charset")):
        return False
    alone = found.start() == start and found.end() >= end
    before = text[max(found.start() - 24, 0) : found.start()].lower()
    told = alone or "authorization" in before
    if not told and found.group("scheme").lower() == "token":
        return False
    return conceals_as(secret, "", Strength.KEY if told else Strength.TOKEN)
