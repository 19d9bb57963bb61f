"""Exception groups as `except*` treats them (PEP 654).

Sources: `exception_group_match` in CPython's Python/ceval.c and `_PyExc_PrepReraiseStar` in
Objects/exceptions.c (3.11). One deviation: two exceptions count as parts of the same raise when
cause and context agree; CPython also compares tracebacks, which differ here because the
interpreter's own frames are in them. A clause's body handles the whole exception here, CPython
makes `sys.exc_info()` and `__context__` the part that the clause took.
"""

from __future__ import annotations


def takes(error: BaseException, classes: tuple[object, ...]) -> bool:
    """Whether `except classes` takes the exception: by its type alone, no hook is asked."""
    return any(one in type(error).__mro__ for one in classes)


def split(error: object, types: object) -> tuple[object, object]:
    """(the part that `except* types` takes, the rest), None where there is nothing."""
    classes = types if isinstance(types, tuple) else (types,)
    for one in classes:
        if not (isinstance(one, type) and issubclass(one, BaseException)):
            raise TypeError(
                "catching classes that do not inherit from BaseException is not allowed"
            )
        if issubclass(one, BaseExceptionGroup):
            raise TypeError(
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            )
    if error is None:
        return None, None
    assert isinstance(error, BaseException)
    if takes(error, classes):
        if isinstance(error, BaseExceptionGroup):
            return error, None
        return BaseExceptionGroup("", (error,)), None
    if isinstance(error, BaseExceptionGroup):
        return error.split(classes)
    return None, error


def result(original: object, raised: object, explicit: list[object]) -> object:
    """What is left to raise after all clauses, or None. `explicit` is what `raise e` raised: even
    a part of the original is new then."""
    assert isinstance(original, BaseException)
    assert isinstance(raised, list)
    if not raised:
        return None
    if not isinstance(original, BaseExceptionGroup):
        return raised[0]
    fresh: list[BaseException] = []
    left: list[BaseException] = []
    for error in raised:
        again = any(error is each for each in explicit)
        (left if _same_raise(error, original) and not again else fresh).append(error)
    remaining = _projection(original, left)
    if not fresh:
        return remaining
    if remaining is not None:
        fresh.append(remaining)
    return fresh[0] if len(fresh) == 1 else BaseExceptionGroup("", fresh)


def _same_raise(error: BaseException, original: BaseException) -> bool:
    return (
        isinstance(error, BaseExceptionGroup)
        and error.__cause__ is original.__cause__
        and error.__context__ is original.__context__
    )


def _leaves(error: BaseException) -> list[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for each in error.exceptions for leaf in _leaves(each)]


def _projection(
    original: BaseExceptionGroup[BaseException], kept: list[BaseException]
) -> BaseException | None:
    """The part of the original that consists of these parts' leaves."""
    idents = {id(leaf) for error in kept for leaf in _leaves(error)}
    if not idents:
        return None
    return original.split(lambda error: id(error) in idents)[0]
