"""The laws of the lattices of raised errors: sets of them, and how kinds are related."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domains.error_kinds import ANYTHING, APART, PART, TAKEN, ErrorKinds, Kind
from assay.domains.raised import DEEPEST, MOST_KINDS, NONE, OF_THE_BLOCK, Error, Errors, merge
from assay.program.program import Program

_KINDS = ErrorKinds(Program())
_PATHS = (
    "OSError",
    "FileNotFoundError",
    "ValueError",
    "UnicodeDecodeError",
    "KeyError",
    "LookupError",
    "Exception",
    "BaseException",
    "json.JSONDecodeError",
    "socket.timeout",
    "requests.exceptions.HTTPError",
    "shop.errors.NoSuchThing",
)

_ERRORS = st.builds(
    Error,
    st.sampled_from([ANYTHING, *[Kind(f"k{number}") for number in range(MOST_KINDS.most + 6)]]),
    st.sampled_from(["a.py", "b.py"]),
    st.integers(1, 4),
    exact=st.booleans(),
    likely=st.booleans(),
    reason=st.sampled_from(["", OF_THE_BLOCK]),
    cut=st.sampled_from([None, DEEPEST, MOST_KINDS]),
)


def _set_of(errors: list[Error]) -> Errors:
    found = NONE
    for error in errors:
        found = merge(found, (error,))
    return found


_SETS = st.lists(_ERRORS, max_size=MOST_KINDS.most + 8).map(_set_of)


@settings(max_examples=200)
@given(_SETS, _SETS, _SETS)
def test_sets_of_errors_are_a_lattice(first: Errors, second: Errors, third: Errors) -> None:
    assert merge(first, second) == merge(second, first)
    assert merge(merge(first, second), third) == merge(first, merge(second, third))
    assert merge(first, first) == first
    assert merge(first, NONE) == first
    assert len(merge(first, second)) <= MOST_KINDS.most + 1


@given(st.sampled_from(_PATHS), st.sampled_from(_PATHS), st.sampled_from(_PATHS))
def test_relations_of_kinds(first: str, second: str, third: str) -> None:
    one, two, three = (_KINDS.of_path(path) for path in (first, second, third))
    assert _KINDS.relation(one, one) == TAKEN
    assert _KINDS.relation(one, _KINDS.of_path("BaseException")) == TAKEN
    if _KINDS.relation(one, two) == TAKEN and _KINDS.relation(two, three) == TAKEN:
        assert _KINDS.relation(one, three) == TAKEN
    if _KINDS.relation(one, two) == TAKEN and one != two:
        assert _KINDS.relation(two, one) in (PART, TAKEN)
        assert _KINDS.relation(two, one, exact=True) in (APART, TAKEN)


def test_kinds_by_their_other_names() -> None:
    assert _KINDS.of_path("socket.error") == _KINDS.of_path("IOError") == _KINDS.of_path("OSError")
    assert _KINDS.of_path("json.JSONDecodeError").key == "json.decoder.JSONDecodeError"
    for raised, named in (
        ("json.JSONDecodeError", "ValueError"),
        ("requests.exceptions.HTTPError", "OSError"),
        ("subprocess.CalledProcessError", "subprocess.SubprocessError"),
        ("socket.gaierror", "OSError"),
        ("zipfile.BadZipfile", "zipfile.BadZipFile"),
        ("shop.errors.NoSuchThing", "Exception"),
    ):
        assert _KINDS.relation(_KINDS.of_path(raised), _KINDS.of_path(named)) == TAKEN
    assert _KINDS.relation(_KINDS.of_path("KeyError"), _KINDS.of_path("OSError")) == APART
    assert _KINDS.relation(_KINDS.of_path("shop.errors.No"), _KINDS.of_path("OSError")) == PART
    assert _KINDS.relation(ANYTHING, _KINDS.of_path("Exception")) == TAKEN
    assert _KINDS.relation(ANYTHING, _KINDS.of_path("OSError")) == PART
