"""Random patterns as Hypothesis strategies: small alphabets and many repeats, to make ways."""

from __future__ import annotations

from hypothesis import strategies as st

_CHARS = st.sampled_from(("a", "b", "1", "[ab]", "[^a]", r"\w", r"\s", ".", r"\W", "[a-b1]", r"\n"))
_PLACES = st.sampled_from(
    ("$", r"\b", r"\Z", "^", "(?=a)", "(?!b)", "(?<=a)", "(?<!a)", "(?=ab)", "(?!ab)", "(?!aa|b1)")
)
_COUNTS = st.sampled_from(("*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{1,}", "{1,3}?"))
_FIRM = st.sampled_from(("*+", "++", "?+"))


def patterns(is_firm: bool = False) -> st.SearchStrategy[str]:
    """Patterns that `re` compiles; with possessive repeats, atomic groups, looks if `is_firm`."""
    counts = st.one_of(_COUNTS, _FIRM) if is_firm else _COUNTS
    repeated = st.tuples(_CHARS, counts).map("".join)
    leaf = st.one_of(repeated, repeated, repeated, _CHARS, _CHARS, _PLACES)

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        joined = st.lists(inner, min_size=2, max_size=4).map("".join)
        kinds = [
            joined,
            joined,
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
            st.tuples(joined, counts).map(lambda parts: f"(?:{parts[0]}){parts[1]}"),
            inner.map(lambda each: f"({each})"),
        ]
        if is_firm:
            kinds += [
                inner.map(lambda each: f"(?>{each})"),
                inner.map(lambda each: f"(?={each})"),
                inner.map(lambda each: f"(?!{each})"),
            ]
        return st.one_of(kinds)

    return st.tuples(st.recursive(leaf, grow, max_leaves=6), st.sampled_from(("", "$", "b"))).map(
        "".join
    )
