"""Which characters a text may still hold, as a set of bits.

Escapes, regular expressions and tests of single characters all say the same kind of thing: this
character cannot be in the text any more. A sink asks for the characters that would break out of the
place where the text is put.

    absent = mask("<>")        a text without angle brackets
    covers(absent, "<")        True

Invariant: a bit of a mask says that the character is certainly absent.
"""

from __future__ import annotations

from typing import Final

SPECIAL: Final = "\0\t\n\r !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~"
LETTERS: Final = 1 << len(SPECIAL)  # letters and the underscore
DIGITS: Final = 1 << (len(SPECIAL) + 1)
OTHERS: Final = 1 << (len(SPECIAL) + 2)
EVERYTHING: Final = (1 << (len(SPECIAL) + 3)) - 1
PUNCTUATION: Final = (1 << len(SPECIAL)) - 1

_BITS: Final = {character: 1 << number for number, character in enumerate(SPECIAL)}


def bit(character: str) -> int:
    """The bit of one character."""
    known = _BITS.get(character)
    if known is not None:
        return known
    if character == "_" or (character.isalpha() and character.isascii()):
        return LETTERS
    if character.isdigit():
        return DIGITS
    return OTHERS


def mask(characters: str) -> int:
    """The bits of some characters."""
    result = 0
    for character in characters:
        result |= bit(character)
    return result


def covers(absent: int, characters: str) -> bool:
    """Whether all these characters are absent."""
    wanted = mask(characters)
    return absent & wanted == wanted


def absent_from(texts: tuple[str, ...]) -> int:
    """The characters that stand in none of some texts."""
    result = EVERYTHING
    for text in texts:
        result &= ~mask(text)
    return result
