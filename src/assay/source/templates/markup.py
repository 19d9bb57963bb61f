"""Where in an HTML page an output of a template stands.

A state machine over the text of a template, after the tokenizer of the HTML standard (WHATWG HTML,
13.2.5), as far as it tells contexts apart; scripts have one of their own, for strings, comments and
regular expressions. The idea that the context decides what is enough escaping is that of Samuel,
Saxena and Song, "Context-sensitive auto-sanitization in web templating languages using type
qualifiers" (CCS 2011). They demand that branches end in the same context; here, where they do not,
the first is taken and the place is not certain until the next tag ends.

Invariant: feeding a text in pieces gives the same place as feeding it at once, unless a piece ends
inside of `</script`, `<!--` or `-->`.

    >>> page = Page(); page.feed('<a href="'); page.output().kind
    <Kind.URL: 'url'>
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, final

_LONGEST: Final = 4000
"""Characters of an attribute's value that are kept."""


_LONGEST_REGEX: Final = 500


class Kind(Enum):
    """A context, by what a value needs to be harmless in it."""

    PLAIN = "plain"  # not a page at all
    TEXT = "text"
    ATTRIBUTE = "attribute"  # in quotes
    UNQUOTED = "unquoted"
    TAG = "tag"  # its name, or the name of an attribute
    URL = "url"  # where a URL starts that the browser follows or runs
    HANDLER = "handler"  # code in an attribute, in quotes
    HANDLER_STRING = "handler-string"
    SCRIPT = "script"
    SCRIPT_STRING = "script-string"
    SCRIPT_TEMPLATE = "script-template"  # between backquotes
    SCRIPT_COMMENT = "script-comment"
    DATA = "data"  # a script that is not run: JSON, templates of the client
    STYLE = "style"
    DOCUMENT = "document"  # srcdoc, HTML in an attribute
    COMMENT = "comment"


@final
class Context:
    """Where an output stands. `quote` is that of the attribute or the string round it."""

    __slots__ = ("attribute", "element", "is_certain", "kind", "quote")

    def __init__(
        self, kind: Kind, element: str, attribute: str, quote: str, is_certain: bool
    ) -> None:
        self.kind: Final = kind
        self.element: Final = element
        self.attribute: Final = attribute
        self.quote: Final = quote
        self.is_certain: Final = is_certain


# Modes of the machine.
_TEXT: Final = 0
_TAG_NAME: Final = 1
_IN_TAG: Final = 2
_ATTRIBUTE_NAME: Final = 3
_AFTER_NAME: Final = 4
_BEFORE_VALUE: Final = 5
_DOUBLE: Final = 6
_SINGLE: Final = 7
_UNQUOTED: Final = 8
_COMMENT: Final = 9
_DECLARATION: Final = 10
_RAW: Final = 11  # script, style, textarea, title

_RAW_ELEMENTS: Final = frozenset(("script", "style", "textarea", "title", "xmp"))
# Where the scheme `javascript:` runs, or a page or a script is taken from.
_URLS: Final = frozenset(
    (
        ("a", "href"),
        ("area", "href"),
        ("base", "href"),
        ("use", "href"),
        ("use", "xlink:href"),
        ("a", "xlink:href"),
        ("form", "action"),
        ("button", "formaction"),
        ("input", "formaction"),
        ("iframe", "src"),
        ("frame", "src"),
        ("embed", "src"),
        ("script", "src"),
        ("object", "data"),
    )
)
_HANDLER: Final = re.compile(r"on[a-z]+\Z")
_SCRIPT_TYPE: Final = re.compile(
    r"\s*(?:module|(?:text|application)/(?:x-)?(?:java|ecma|js|live)script(?:\s*;.*)?"
    r"|text/babel|text/jsx)?\s*\Z",
    re.I,
)
_MARKUP: Final = re.compile(
    r"<(?:!doctype html|html|head|body|div|span|p|a|b|i|em|strong|br|hr|table|tr|td|th|ul|ol|li"
    r"|script|style|form|input|label|button|select|option|h[1-6]|img|link|meta|nav|section|svg|pre"
    r"|dl|dt|dd|small|textarea|article|header|footer|main)\b[^<]*/?>",
    re.I,
)
_NAME_END: Final = re.compile(r"[\s/>]")
_ATTRIBUTE_END: Final = re.compile(r"[\s/>=]")
_VALUE_END: Final = re.compile(r"[\s>]")
_CODE: Final = re.compile(r"""["'`]|//|/\*|/""")
_REGEX: Final = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/")
_BEFORE_REGEX: Final = re.compile(
    r"(?:^|[(,=:\[!&|?{};+\-~^<>*%]|\b(?:return|typeof|case|in))\s*\Z"
)
_STRING_END: Final = {
    '"': re.compile(r'(?:[^"\\\n]|\\.|\\\n)*(["\n]?)', re.S),
    "'": re.compile(r"(?:[^'\\\n]|\\.|\\\n)*(['\n]?)", re.S),
    "`": re.compile(r"(?:[^`\\]|\\.)*(`?)", re.S),
}


def is_markup(text: str) -> bool:
    """Whether a text without a telling name is a page, or a part of one."""
    return _MARKUP.search(text) is not None


@final
class Script:
    """Where in a piece of JavaScript a place is: `state` is "" for code, or what opened it."""

    __slots__ = ("last", "state")

    def __init__(self, state: str = "", last: str = "") -> None:
        self.state = state
        self.last = last  # the code right before, a few characters

    def feed(self, text: str) -> None:
        """Goes over some text."""
        position = 0
        while position < len(text):
            if self.state == "":
                position = self._code(text, position)
            elif self.state == "//":
                end = text.find("\n", position)
                if end < 0:
                    return
                self.state, position = "", end
            elif self.state == "/*":
                end = text.find("*/", position)
                if end < 0:
                    return
                self.state, position = "", end + 2
            else:
                match = _STRING_END[self.state].match(text, position)
                if match is None or (match.end() >= len(text) and not match.group(1)):
                    return  # the string goes on, or a backslash ends the piece
                # What is neither the end nor a line end is a lone backslash.
                position = match.end() if match.group(1) else match.end() + 1
                if match.group(1):
                    self.state, self.last = "", '"'

    def _code(self, text: str, position: int) -> int:
        match = _CODE.search(text, position)
        if match is None:
            self.last = (self.last + text[position:])[-12:]
            return len(text)
        self.last = (self.last + text[position : match.start()])[-12:]
        found = match.group()
        if found != "/":
            self.state = found
            return match.end()
        if _BEFORE_REGEX.search(self.last) is not None:
            regex = _REGEX.match(text, match.start(), match.start() + _LONGEST_REGEX)
            if regex is not None:
                self.last = '"'
                return regex.end()
        self.last += "/"
        return match.end()


@final
class Page:
    """A place in a page, moved on by text and by outputs."""

    __slots__ = (
        "attribute",
        "element",
        "is_certain",
        "is_markup",
        "mode",
        "script",
        "script_type",
        "value",
    )

    def __init__(self, is_markup: bool = True) -> None:
        self.is_markup: Final = is_markup
        self.mode = _TEXT
        self.element = ""
        self.attribute = ""
        self.value = ""  # of the attribute, up to here; outputs are "\0"
        self.script_type = ""
        self.script = Script()
        self.is_certain = True

    def copy(self) -> Page:
        """Another one at the same place."""
        other = Page(self.is_markup)
        other.move_to(self)
        return other

    def move_to(self, other: Page) -> None:
        """Goes where another one is."""
        self.mode = other.mode
        self.element = other.element
        self.attribute = other.attribute
        self.value = other.value
        self.script_type = other.script_type
        self.script = Script(other.script.state, other.script.last)
        self.is_certain = other.is_certain

    def join(self, others: list[Page]) -> None:
        """Goes to where branches meet: the end of the first, uncertain when others differ."""
        self.move_to(others[0])
        for other in others[1:]:
            if other._where() != self._where():
                self.is_certain = False
            self.is_certain = self.is_certain and other.is_certain
            if len(other.value) > len(self.value):
                self.value = other.value

    def _where(self) -> tuple[int, str, str, str]:
        # Between attributes it does not matter which one was the last.
        inside = self.mode in (_BEFORE_VALUE, _DOUBLE, _SINGLE, _UNQUOTED)
        mode = _IN_TAG if self.mode in (_ATTRIBUTE_NAME, _AFTER_NAME) else self.mode
        element = self.element if mode != _TEXT else ""
        return mode, element, self.attribute if inside else "", self.script.state

    # Outputs

    def output(self) -> Context:
        """The context of an output here; the place is behind it afterwards."""
        context = self._context()
        if self.mode == _TAG_NAME:
            self.element += "\0"
        elif self.mode in (_IN_TAG, _AFTER_NAME):
            self.mode, self.attribute = _ATTRIBUTE_NAME, "\0"
        elif self.mode == _ATTRIBUTE_NAME:
            self.attribute += "\0"
        elif self.mode == _BEFORE_VALUE:
            self.mode, self.value = _UNQUOTED, "\0"
        elif self.mode in (_DOUBLE, _SINGLE, _UNQUOTED):
            self.value += "\0"
        elif self.mode == _RAW and self.script.state == "":
            self.script.last = "x"
        return context

    def _context(self) -> Context:
        mode = self.mode
        if not self.is_markup:
            return self._at(Kind.PLAIN)
        if mode in (_TEXT, _DECLARATION):
            return self._at(Kind.TEXT)
        if mode == _COMMENT:
            return self._at(Kind.COMMENT)
        if mode == _RAW:
            return self._in_raw()
        if mode in (_TAG_NAME, _IN_TAG, _ATTRIBUTE_NAME, _AFTER_NAME):
            return self._at(Kind.TAG)
        return self._in_value()

    def _at(self, kind: Kind, quote: str = "") -> Context:
        attribute = (
            self.attribute if self.mode in (_DOUBLE, _SINGLE, _UNQUOTED, _BEFORE_VALUE) else ""
        )
        return Context(kind, self.element, attribute, quote, self.is_certain)

    def _in_raw(self) -> Context:
        if self.element == "script":
            if _SCRIPT_TYPE.match(self.script_type) is None:
                return self._at(Kind.DATA)
            state = self.script.state
            if state == "":
                return self._at(Kind.SCRIPT)
            if state == "`":
                return self._at(Kind.SCRIPT_TEMPLATE, state)
            if state in ("//", "/*"):
                return self._at(Kind.SCRIPT_COMMENT)
            return self._at(Kind.SCRIPT_STRING, state)
        return self._at(Kind.STYLE if self.element == "style" else Kind.TEXT)

    def _in_value(self) -> Context:
        quote = {_DOUBLE: '"', _SINGLE: "'"}.get(self.mode, "")
        value = "" if self.mode == _BEFORE_VALUE else self.value
        if not quote:
            return self._at(Kind.UNQUOTED)
        if "\0" in self.attribute:  # which attribute it is depends on an output
            return self._at(Kind.ATTRIBUTE, quote)
        is_url = (self.element, self.attribute) in _URLS
        scripted = is_url and value.lstrip().lower().startswith("javascript:")
        if scripted or _HANDLER.match(self.attribute) is not None:
            code = Script()
            code.feed(value.partition(":")[2] if scripted else value)
            kind = Kind.HANDLER if code.state in ("", "`", "//", "/*") else Kind.HANDLER_STRING
            return self._at(kind, quote)
        if is_url and not value.strip():
            return self._at(Kind.URL, quote)
        if self.attribute == "srcdoc":
            return self._at(Kind.DOCUMENT, quote)
        return self._at(Kind.STYLE if self.attribute == "style" else Kind.ATTRIBUTE, quote)

    # Text

    def feed(self, text: str) -> None:
        """Goes over some text."""
        if not self.is_markup:
            return
        position = 0
        while position < len(text):
            mode = self.mode
            if mode == _TEXT:
                position = self._text(text, position)
            elif mode == _RAW:
                position = self._raw(text, position)
            elif mode == _COMMENT:
                position = self._until(text, position, "-->")
            elif mode == _DECLARATION:
                position = self._until(text, position, ">")
            elif mode in (_DOUBLE, _SINGLE, _UNQUOTED):
                position = self._value(text, position)
            else:
                position = self._tag(text, position)

    def _until(self, text: str, position: int, closing: str) -> int:
        end = text.find(closing, position)
        if end < 0:
            return len(text)
        self.mode = _TEXT
        return end + len(closing)

    def _text(self, text: str, position: int) -> int:
        start = text.find("<", position)
        if start < 0:
            return len(text)
        if text.startswith("<!--", start):
            self.mode = _COMMENT
            return start + 4
        following = text[start + 1 : start + 2]
        if following in ("!", "?"):
            self.mode = _DECLARATION
            return start + 2
        if not following or following == "/" or following.isalpha():
            self.mode, self.element = _TAG_NAME, ""
            self.script_type = ""
        return start + 1

    def _raw(self, text: str, position: int) -> int:
        closing = re.compile(f"</{self.element}\\b", re.I)
        match = closing.search(text, position)
        end = match.start() if match is not None else len(text)
        if self.element == "script":
            self.script.feed(text[position:end])
        if match is None:
            return len(text)
        self.element = f"/{self.element}"
        self.mode = _IN_TAG
        return match.end()

    def _value(self, text: str, position: int) -> int:
        if self.mode == _UNQUOTED:
            match = _VALUE_END.search(text, position)
            end = match.start() if match is not None else -1
        else:
            end = text.find('"' if self.mode == _DOUBLE else "'", position)
        stop = len(text) if end < 0 else end
        if len(self.value) < _LONGEST:
            self.value += text[position:stop]
        if end < 0:
            return stop
        if self.element == "script" and self.attribute == "type":
            self.script_type = self.value
        quoted = self.mode != _UNQUOTED
        self.mode = _IN_TAG
        return end + 1 if quoted else end

    def _tag(self, text: str, position: int) -> int:
        if self.mode == _TAG_NAME:
            match = _NAME_END.search(text, position + (text[position] == "/" and not self.element))
            end = match.start() if match is not None else len(text)
            self.element += text[position:end].lower()
            if match is not None:
                self.mode = _IN_TAG
            return end
        if self.mode == _ATTRIBUTE_NAME:
            match = _ATTRIBUTE_END.search(text, position)
            end = match.start() if match is not None else len(text)
            self.attribute += text[position:end].lower()
            if match is not None:
                self.mode = _IN_TAG if match.group() in ">/" else _AFTER_NAME
            return end
        character = text[position]
        if character.isspace():
            return position + 1
        if self.mode == _BEFORE_VALUE:
            self.value = ""
            if character == ">":
                self.mode = _IN_TAG
                return position
            self.mode = {'"': _DOUBLE, "'": _SINGLE}.get(character, _UNQUOTED)
            return position if self.mode == _UNQUOTED else position + 1
        if self.mode == _AFTER_NAME and character == "=":
            self.mode, self.value = _BEFORE_VALUE, ""
            return position + 1
        if character == ">":
            self._end_tag()
            return position + 1
        if character == "/":
            self.mode = _IN_TAG
            return position + 1
        self.mode, self.attribute = _ATTRIBUTE_NAME, ""
        # An equals sign cannot be the name's end when it is its start.
        if character == "=":
            self.attribute = "="
            return position + 1
        return position

    def _end_tag(self) -> None:
        self.is_certain = True
        self.attribute = ""
        if self.element in _RAW_ELEMENTS:
            self.mode = _RAW
            self.script = Script()
        else:
            self.mode = _TEXT
