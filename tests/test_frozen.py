"""Values behave as frozen dataclasses do."""

from __future__ import annotations

import pickle
from typing import ClassVar

import pytest

from assay.frozen import frozen, replace


@frozen
class Place:
    """A value with a default and something that is no field."""

    KIND: ClassVar[str] = "place"
    path: str
    line: int = 1


@frozen
class Other:
    """The same fields in another class."""

    path: str
    line: int = 1


def test_values_are_equal_by_class_and_fields() -> None:
    assert Place("a.py") == Place(line=1, path="a.py")
    assert hash(Place("a.py", 2)) == hash(Place(line=2, path="a.py"))
    assert Place("a.py") != Place("a.py", 2)
    other: object = Other("a.py")
    assert other != Place("a.py")
    assert repr(Place("a.py")) == "Place(path='a.py', line=1)"


def test_values_do_not_change() -> None:
    place = Place("a.py")
    for change in (setattr, lambda value, name, _: delattr(value, name)):
        with pytest.raises(AttributeError, match="line is never"):
            change(place, "line", 3)
    assert replace(place, line=3) == Place("a.py", 3)
    assert place == Place("a.py", 1)


def test_fields_are_given_once_each() -> None:
    for given, named in (((), {}), (("a", 1, 2), {}), (("a",), {"path": "b"}), (("a",), {"no": 1})):
        with pytest.raises(TypeError, match="Place"):
            make(*given, **named)
    with pytest.raises(TypeError, match="does not exist"):
        replace(Place("a.py"), KIND="x")


def make(*given: object, **named: object) -> object:
    """A place, made as a checker of types would not let it."""
    kind: type[object] = Place
    return kind(*given, **named)


def test_values_go_between_processes() -> None:
    place = pickle.loads(pickle.dumps(Place("a.py", 4)))
    assert place == Place("a.py", 4)
    assert hash(place) == hash(Place("a.py", 4))


def test_values_are_taken_apart_by_position() -> None:
    match Place("a.py", 4):
        case Place(path, line):
            assert (path, line) == ("a.py", 4)
