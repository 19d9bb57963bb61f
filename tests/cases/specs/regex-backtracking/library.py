# path: markup/library.py
import platform
import re

# found: CWE-1333
_TAG = re.compile(
    r"<([a-z]+)[^>]*>"
)
# found: CWE-1333
_AUTHORITY = re.compile("^(?:(.*)@)?([^/]*)(?::([0-9]{0,5}))?$", re.DOTALL)
# unseen: CWE-1333 callers of indent
_BLANK = re.compile(r"[ \t]+$")
# unseen: CWE-1333 callers of _spread
_SPREAD = re.compile(r"(\w+\s?)*$")
# unseen: CWE-1333 who uses UNUSED
UNUSED = re.compile(r"(\w+\s?)*$")
# clean: CWE-1333
_RELEASE = re.compile(r"(\d+\.?)*$")
# clean: CWE-1333
_OWN = re.compile(r"(\d+\.?)*$")
# clean: CWE-1333
_SHORT_SEARCH = re.compile(r"^/+")


def strip_tags(html: str) -> str:
    return _TAG.sub("", html)


def split_authority(url):
    authority = url.partition("//")[2]
    return _AUTHORITY.match(authority).groups()


def indent(text):
    return _BLANK.sub("", text)


def _spread(text):
    return _SPREAD.match(text)


def release():
    return _RELEASE.match(platform.release())


def own():
    return _OWN.match("1.2.3")


def collapse(url):
    return _SHORT_SEARCH.sub("/", url)


def named(name, html):
    # unseen: CWE-1333 name
    head = re.search(f"<{name}[^>]*>", html)
    # found: CWE-1333
    body = re.search(rf"<{re.escape(name)}\s[^>]*>", html)
    # clean: CWE-1333
    return head, body, re.search(rf"<{re.escape(name)}\s[^<>]{{0,200}}>", html)


def select(html):
    # found: CWE-1333
    return re.match(r"(?:\s*/\*(?:(?!\*/).)*\*/\s*)*select", html)


def broken(html):
    # unseen: CWE-1333 the syntax of the pattern
    return re.match(r"(\p{Lu}+)+$", html)
