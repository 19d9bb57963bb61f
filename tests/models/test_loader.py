"""Rows of models are typed, and a mistake in one is told with its place."""

import pytest

from assay.models.loader import ModelError, Row, parse_document


def _name(row: Row) -> tuple[str, int, bool, tuple[str, ...]]:
    return row.text("name"), row.integer("position", -1), row.flag("safe", True), row.texts("on")


def test_rows_in_the_order_of_the_file() -> None:
    text = '[[call]]\nname = "a"\n[[call]]\nname = "b"\nposition = 2\nsafe = false\non = ["x"]\n'
    document = parse_document("m.toml", text, ("call", "other"))
    assert document.rows("call", _name) == (("a", -1, True, ()), ("b", 2, False, ("x",)))
    assert document.rows("other", _name) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[call]]\nname = "a"\nnmae = "b"\n', "m.toml: [[call]] row 1: unknown key `nmae`"),
        ("[[call]]\nposition = 1\n", "m.toml: [[call]] row 1: `name` has to be a string"),
        ('[[call]]\nname = "a"\nposition = true\n', "`position` has to be a whole number"),
        ('[[call]]\nname = "a"\nsafe = 1\n', "`safe` has to be true or false"),
        ('[[call]]\nname = "a"\non = [1]\n', "`on` has to be a list of strings"),
        ('[call]\nname = "a"\n', "has to be a list of rows"),
        ('[[cal]]\nname = "a"\n', "m.toml: unknown table `cal`"),
        ("[[call]\n", "m.toml: "),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ModelError, match=r".") as raised:
        parse_document("m.toml", text, ("call",)).rows("call", _name)
    assert said in str(raised.value)
