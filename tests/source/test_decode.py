"""PEP 263, and what is done with files that CPython refuses."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.source.decode import decode


def test_utf8_is_the_default() -> None:
    decoded = decode("x = 'é'\n".encode())
    assert (decoded.text, decoded.encoding, decoded.problem) == ("x = 'é'\n", "utf-8", "")


@pytest.mark.parametrize(
    "cookie",
    [
        "# coding: latin-1",
        "#!/usr/bin/python\n# -*- coding: latin-1 -*-",
        "\f# vim: fileencoding=latin-1 :",
    ],
)
def test_the_cookie_of_the_first_two_lines_names_the_codec(cookie: str) -> None:
    decoded = decode(f"{cookie}\nname = 'é'\n".encode("latin-1"))
    assert decoded.text == f"{cookie}\nname = 'é'\n"
    assert decoded.encoding == "iso8859-1"
    assert decoded.problem == ""


def test_a_cookie_below_code_or_on_line_three_does_not_count() -> None:
    assert decode(b"x = 1\n# coding: latin-1\n").encoding == "utf-8"
    assert decode(b"\n\n# coding: latin-1\n").encoding == "utf-8"


def test_a_cookie_after_a_lone_carriage_return() -> None:
    assert decode(b"# first\r# coding: latin-1\rx = '\xe9'").text == (
        "# first\r# coding: latin-1\rx = 'é'"
    )


def test_a_byte_order_mark_is_dropped_and_line_ends_are_kept() -> None:
    decoded = decode(codecs.BOM_UTF8 + b"x = 1\r\ny = 2\rz = 3\n\x0cw = 4\n")
    assert decoded.text == "x = 1\r\ny = 2\rz = 3\n\x0cw = 4\n"
    assert decoded.problem == ""


def test_a_byte_order_mark_against_the_cookie() -> None:
    decoded = decode(codecs.BOM_UTF8 + b"# coding: latin-1\n")
    assert decoded.encoding == "utf-8"
    assert "latin-1" in decoded.problem


@pytest.mark.parametrize("name", ["no-such-codec", "hex", "rot13", "zlib", "punycode", "utf-16"])
def test_an_unknown_codec_is_read_as_utf8_and_said(name: str) -> None:
    decoded = decode(f"# coding: {name}\nx = 1\n".encode())
    assert decoded.text == f"# coding: {name}\nx = 1\n"
    assert name in decoded.problem


def test_a_codec_that_hides_code_is_followed_as_python_follows_it() -> None:
    decoded = decode(b"# coding: unicode_escape\n# harmless\\nimport os\n")
    assert decoded.text == "# coding: unicode_escape\n# harmless\nimport os\n"


def test_few_undecodable_bytes_are_replaced_and_said() -> None:
    decoded = decode(b"x = 1\n# caf\xe9\n")
    assert decoded.text == "x = 1\n# caf\ufffd\n"
    assert decoded.problem == "1 character is not valid utf-8, the first on line 2"


def test_many_undecodable_bytes_are_not_text() -> None:
    assert decode(b"\xff\xfd\x81\x90" * 100).text is None


def test_null_bytes_are_binary() -> None:
    decoded = decode(b"x = 1\x00\n")
    assert decoded.text is None
    assert "null" in decoded.problem


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_read_with_a_mark_and_said(codec: str) -> None:
    decoded = decode("\ufeffx = 'é'\n".encode(codec))
    assert decoded.text == "x = 'é'\n"
    assert codec in decoded.problem


def test_wide_encodings_without_a_mark_are_binary() -> None:
    assert decode("x = 1".encode("utf-16-le")).text is None


@given(st.binary())
def test_any_bytes_are_accepted(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.text is not None or decoded.problem
    if decoded.text is not None:
        assert "\x00" not in decoded.text
        decoded.text.encode()


@given(
    st.sampled_from(["utf-7", "utf-8-sig", "unicode_escape", "ascii", "cp1252", "x" * 300]),
    st.binary(),
)
def test_any_bytes_after_a_cookie_are_accepted(name: str, data: bytes) -> None:
    decoded = decode(f"# coding: {name}\n".encode() + data)
    assert decoded.text is not None or decoded.problem
