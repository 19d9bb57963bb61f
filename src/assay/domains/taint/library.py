"""What functions of the standard library do with their arguments, where a row cannot say it.

    os.path.join(root, name)      root, a separator, and name, which replaces all when absolute
    urlparse(url).netloc          a view of url: a test of it says something of url

Invariant: a function that is not here, and that no row names, is taken to pass its arguments on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from assay.domains.taint import conditions, markup, texts
from assay.domains.taint.characters import EVERYTHING, mask
from assay.domains.taint.paths import absolute_test, seen_as
from assay.domains.taint.patterns import anchors, characters_of, removed_by
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import join_taints, union_of_taints
from assay.domains.taint.values import (
    INERT,
    UNKNOWN,
    Effect,
    Part,
    Piece,
    Same,
    Test,
    Value,
    View,
    apply,
    constant,
    join,
    tainted,
    text,
)

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call

Function: TypeAlias = "Callable[[Frame, Call, Arguments], Value | None]"


_ENCODED: Final = EVERYTHING & ~mask("aA0+/=-_")


def call(frame: Frame, op: Call, path: str, args: Arguments) -> Value | None:
    """The result of a function that is known here; None for others."""
    how = frame.models.passes.get(path, "")
    if how == "number":
        return _number(path, args)
    if how == "same":
        return _same(frame, op, path, args)
    if how == "all":
        taints = union_of_taints(frame.state.deep(value) for value in args.all())
        return tainted(texts.without_token(taints, "object"))
    if how == "decoded":
        result = texts.undone(Value(taints=frame.state.deep(args.first())))
        return Value(taints=result.taints)
    if how == "encoded":
        return apply(Effect(_ENCODED, frozenset(), None), Value(taints=args.first().taints))
    known = _FUNCTIONS.get(path)
    return None if known is None else known(frame, op, args)


def _number(path: str, args: Arguments) -> Value:
    only = args.first().only()
    if isinstance(only, str):
        if path == "len":
            return constant(len(only))
        if path == "int" and only.strip().isdigit():
            return constant(int(only))
        if path == "ord" and len(only) == 1:
            return constant(ord(only))
    if isinstance(only, int) and path in ("int", "abs"):
        return constant(int(only) if path == "int" else abs(only))
    return INERT


def _same(frame: Frame, op: Call, path: str, args: Arguments) -> Value | None:
    if path == "dict":
        return _dict(frame, op, args)
    value = args.place(1) if path in ("typing.cast", "filter") else args.first()
    if not args.positional:
        kind = {"set": "set", "frozenset": "set", "tuple": "tuple"}.get(path, "list")
        if path in ("list", "set", "tuple", "frozenset", "collections.deque"):
            return Value(objects=frame.make(op.dest + 1, Obj(kind, {}, None, 0, False)))
        return UNKNOWN
    if path in ("next", "max", "min", "sum"):
        return join(frame.elements(value), Value(taints=value.taints))
    if path in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "collections.deque"):
        objects = frame.state.objects(value)
        if objects and all(obj.kind != "parameter" for obj in objects):
            kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(path, "list")
            obj = objects[0]
            if len(objects) == 1 and obj.length >= 0 and path in ("list", "tuple"):
                new = Obj(kind, obj.fields, None, obj.length, False)
            elif obj.kind == "dict":
                return tainted(value.taints)
            else:
                new = Obj(kind, {}, frame.elements(value), -1, False)
            return Value(objects=frame.make(op.dest + 1, new), taints=value.taints)
        return Value(taints=value.taints, path=value.path)
    return value


def _dict(frame: Frame, op: Call, args: Arguments) -> Value:
    from assay.domains.taint.containers import merged

    fields: dict[str | int, Value] = {}
    fields.update(args.named)
    named = Value(
        objects=frame.make(frame.number("dict", op.dest), Obj("dict", fields, None, -1, False))
    )
    sources = [*args.positional, *([args.rest] if args.rest is not None else []), named]
    return merged(frame, op.dest + 1, sources)


def _str(frame: Frame, op: Call, args: Arguments) -> Value:
    if not args.positional:
        return constant("")
    value = args.first()
    if any("json" in taint.tokens for taint in value.taints):  # a text brings no objects
        value = Value(
            taints=tuple(taint.without("json") for taint in value.taints), views=value.views
        )
    if value.path == "pathlib.Path()" or value.parts is not None or not value.objects:
        return texts.as_text(value)
    return text((Piece(frame.state.deep(value), False, value.same),))


def _repr(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first()
    return texts.as_text(Value(taints=frame.state.deep(value), parts=value.parts), "r")


def _getattr(frame: Frame, op: Call, args: Arguments) -> Value | None:
    from assay.domains.taint.attributes import field_of_parameter

    owner, name = args.first(), args.place(1).only()
    if not isinstance(name, str):
        return tainted(owner.taints)
    found: Value | None = None
    for obj in frame.state.objects(owner):
        value = obj.fields.get(name)
        if value is not None:
            found = value if found is None else join(found, value)
    if found is None and owner.same is not None:
        found = field_of_parameter(frame, owner, name, op.dest + 1)
    if found is None:
        path = frame.models.normal(f"{owner.path}.{name}") if owner.path else ""
        source = frame.summaries.source(frame.function, path, op.at.lineno)
        taints = owner.taints
        if source is not None:
            taint = frame.source(op.at, source.kind, source.what, source.tokens)
            taints = join_taints(taints, (taint,))
        found = Value(taints=taints, path=path)
    return found


def _setattr(frame: Frame, op: Call, args: Arguments) -> Value:
    name = args.place(1).only()
    frame.put(args.first(), name if isinstance(name, str) else None, args.place(2))
    return constant(None)


def joined_path(frame: Frame, values: list[Value], path: str) -> Value:
    """Paths joined: one that is absolute replaces what stands before it."""
    parts: list[Part] = []
    for number, value in enumerate(values):
        own = value.text_parts()
        if number == 0:
            parts += own
            continue
        first = own[0] if own else ""
        if isinstance(first, str) and first.startswith("/"):
            parts = list(own)
            continue
        if not parts or not (isinstance(parts[-1], str) and parts[-1].endswith("/")):
            parts.append("/")
        if isinstance(first, str):
            parts += own
        else:
            parts += (Piece(first.taints, True), *own[1:])
    result = text(parts)
    return Value(
        constants=result.constants if path == "" else None,
        parts=result.text_parts() if path else result.parts,
        taints=result.taints,
        path=path,
    )


def _join_path(frame: Frame, op: Call, args: Arguments) -> Value:
    values = list(args.positional)
    if args.rest is not None:
        values.append(Value(taints=args.rest.taints))
    return joined_path(frame, values, "")


def _path(frame: Frame, op: Call, args: Arguments) -> Value:
    values = list(args.positional) or [constant(".")]
    return seen_as(joined_path(frame, values, "pathlib.Path()"), values)


def resolved(value: Value, path: str) -> Value:
    """A path made absolute: dots are gone, and tests of it say where it leads."""
    views = [*value.views]
    if value.ident:
        views.append(View(value.ident, "resolved"))
    only = value.only()
    parts: tuple[Part, ...]
    if isinstance(only, str):
        bare = only.rstrip("/") or "/"
        parts = (bare,) if only.startswith("/") else ("/", Piece(()), f"/{bare}")
    elif value.taints:  # dots may have led anywhere
        parts = ("/", Piece(value.taints, False, _whole(value)))
    else:
        parts = value.text_parts()
        if isinstance(parts[-1], str):
            parts = (*parts[:-1], parts[-1].rstrip("/"))
    views.append(View(0, "resolved"))
    return Value(parts=parts, taints=value.taints, path=path, views=tuple(views))


def _whole(value: Value) -> Same | None:
    """The parameter that a path is exactly; None when it was put together here."""
    return value.same


def _resolve(frame: Frame, op: Call, args: Arguments) -> Value:
    return resolved(args.first(), "")


def _resolve_path(frame: Frame, op: Call, args: Arguments) -> Value:
    return resolved(args.receiver, "pathlib.Path()")


def _normal_path(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first()
    views = (*value.views, View(value.ident, "resolved")) if value.ident else value.views
    return Value(parts=value.text_parts(), taints=value.taints, views=(*views, View(0, "resolved")))


def _basename(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first() if args.positional else args.receiver
    mark = frame.mark(op.at, "only the last name of the path is taken")
    effect = Effect(mask("/"), frozenset(("basename", "relative")), mark)
    return apply(effect, Value(parts=(Piece(value.taints),), taints=value.taints))


def _dirname(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first()
    only = value.only()
    if isinstance(only, str):
        return constant(only.rpartition("/")[0])
    return Value(taints=value.taints, views=value.views)


def _splitext(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first()
    views = (View(value.ident, "splitext"),) if value.ident else ()
    return Value(taints=value.taints, views=views)


def _common_path(frame: Frame, op: Call, args: Arguments) -> Value:
    return _common(frame, args, "common")


def _common_prefix(frame: Frame, op: Call, args: Arguments) -> Value:
    return _common(frame, args, "prefix")


def _common(frame: Frame, args: Arguments, kind: str) -> Value:
    views: list[View] = []
    elements: list[Value] = []
    for obj in frame.state.objects(args.first()):
        elements += obj.fields.values()
    for value in elements:
        whole = value.same is not None or any(view.kind == "resolved" for view in value.views)
        if value.taints and (whole or kind == "prefix"):
            if value.ident:
                views.append(View(value.ident, kind))
            views += [View(view.subject, kind) for view in value.views if view.subject]
    return Value(taints=frame.state.deep(args.first()), views=tuple(views[:6]))


def _urlparse(frame: Frame, op: Call, args: Arguments) -> Value:
    value = args.first()
    subjects = [subject for subject, kind in _seen_as(value) if kind == "same"]
    names = ("scheme", "netloc", "path", "query", "fragment")
    fields: dict[str | int, Value] = {}
    for index, name in enumerate(names):
        views = tuple(View(subject, name) for subject in subjects)
        fields[index] = Value(taints=value.taints, views=views)
    whole = tuple(View(subject, "parsed") for subject in subjects)
    obj = Obj("tuple", fields, None, len(names), False)
    return Value(objects=frame.make(op.dest + 1, obj), views=whole, path="urllib.parse.Parts()")


def _put_together(frame: Frame, op: Call, args: Arguments) -> Value:
    """`urlunsplit(parts)`: without a host when that was taken out."""
    parts = args.first() if args.positional else args.receiver
    taints = frame.state.deep(parts)
    value = Value(taints=taints, parts=(Piece(taints),))
    hosts = [obj.get(1) for obj in frame.state.objects(parts) if obj.length >= 0]
    if hosts and all(host is not None and host.only() in ("", None) for host in hosts):
        mark = frame.mark(op.at, "put together without a host")
        return apply(Effect(0, frozenset(("host",)), mark), value)
    return value


def _with_parts(frame: Frame, op: Call, args: Arguments) -> Value:
    """`parts._replace(netloc="")`."""
    objects = frame.state.objects(args.receiver)
    names = ("scheme", "netloc", "path", "query", "fragment")
    if len(objects) != 1:
        return args.receiver
    fields = dict(objects[0].fields)
    for name, value in args.named.items():
        if name in names:
            fields[names.index(name)] = value
    obj = Obj("tuple", fields, objects[0].rest, objects[0].length, False)
    return Value(objects=frame.make(op.dest + 1, obj), path=args.receiver.path)


def _seen_as(value: Value) -> list[tuple[int, str]]:
    found = [(value.ident, "same")] if value.ident else []
    return found + [(view.subject, view.kind) for view in value.views if view.subject]


def _quote(frame: Frame, op: Call, args: Arguments) -> Value:
    safe = args.named.get("safe", args.place(1) if len(args.positional) > 1 else constant("/"))
    only = safe.only()
    kept = only if isinstance(only, str) else "/"
    mark = frame.mark(op.at, "quoted for a URL")
    effect = Effect(EVERYTHING & ~mask("aA0_.-~%" + kept), frozenset(), mark)
    value = args.first()
    return apply(effect, text(value.text_parts()))


def _urlencode(frame: Frame, op: Call, args: Arguments) -> Value:
    mark = frame.mark(op.at, "quoted for a URL")
    effect = Effect(EVERYTHING & ~mask("aA0_.-~%=&+"), frozenset(), mark)
    taints = frame.state.deep(args.first())
    return apply(effect, Value(taints=taints, parts=(Piece(taints),)))


def _dumps(frame: Frame, op: Call, args: Arguments) -> Value:
    mark = frame.mark(op.at, "written as JSON")
    effect = Effect(mask("\r\n"), frozenset(), mark)
    taints = frame.state.deep(args.first())
    return apply(effect, Value(taints=taints, parts=(Piece(taints),)))


def _compile(frame: Frame, op: Call, args: Arguments) -> Value:
    only = args.first().only()
    if isinstance(only, str):
        return Value(path="re.Pattern()", parts=(only,))
    return Value(path="re.Pattern()", taints=args.first().taints)


def _pattern(args: Arguments) -> tuple[str | None, Value, list[Value]]:
    """The constant pattern of a call, its subject, and the arguments before the subject."""
    if args.receiver.path == "re.Pattern()":
        parts = args.receiver.parts
        found = parts[0] if parts else None
        pattern = found if isinstance(found, str) else None
        values = args.positional
    else:
        only = args.first().only()
        pattern = only if isinstance(only, str) else None
        values = args.positional[1:]
    return pattern, values[-1] if values else args.named.get("string", UNKNOWN), values


def _matcher(how: str) -> Function:
    def match(frame: Frame, op: Call, args: Arguments) -> Value:
        pattern, _, values = _pattern(args)
        subject = values[0] if values else args.named.get("string", UNKNOWN)
        taints = subject.taints
        tests: tuple[Test, ...] = ()
        if pattern is not None:
            tests = conditions.matched(pattern, how, subject, frame.reviewed, op.at.lineno)
            at_start, at_end = anchors(pattern)
            if how == "fullmatch" or ((at_start or how == "match") and at_end):
                mark = frame.mark(op.at, "taken from a match")
                absent = EVERYTHING & ~characters_of(pattern)
                if at_end == "$" and how != "fullmatch":
                    absent &= ~mask("\n")
                return apply(Effect(absent, frozenset(), mark), Value(taints=taints, tests=tests))
        return Value(taints=taints, tests=tests)

    return match


def _find_all(frame: Frame, op: Call, args: Arguments) -> Value:
    pattern, _, values = _pattern(args)
    subject = values[0] if values else UNKNOWN
    if pattern is None:
        return tainted(subject.taints)
    effect = Effect(EVERYTHING & ~characters_of(pattern), frozenset(), frame.mark(op.at, "matched"))
    return apply(effect, Value(taints=subject.taints))


def _split_by(frame: Frame, op: Call, args: Arguments) -> Value:
    _, _, values = _pattern(args)
    return tainted(values[0].taints if values else ())


def _substitute(frame: Frame, op: Call, args: Arguments) -> Value:
    pattern, _, values = _pattern(args)
    if len(values) < 2:
        return tainted(union_of_taints(value.taints for value in values))
    by, subject = values[0], values[1]
    result = text(subject.text_parts())
    replacement = by.only()
    if pattern is not None and isinstance(replacement, str):
        removed = removed_by(pattern) & ~mask(replacement)
        if removed:
            mark = frame.mark(op.at, "re.sub takes characters out")
            result = apply(Effect(removed, frozenset(), mark), result)
    if by.taints:
        return text((Piece(join_taints(result.taints, by.taints)),))
    return Value(taints=result.taints, parts=(Piece(result.taints),))


def _string_buffer(frame: Frame, op: Call, args: Arguments) -> Value:
    held = args.first() if args.positional else constant("")
    obj = Obj("buffer", {"text": held}, None, -1, False)
    return Value(objects=frame.make(op.dest + 1, obj))


def _config(frame: Frame, op: Call, args: Arguments) -> Value:
    return Value(objects=frame.make(op.dest + 1, Obj("config", {}, None, -1, False)))


def _chr(frame: Frame, op: Call, args: Arguments) -> Value:
    only = args.first().only()
    if isinstance(only, int) and 0 <= only < 0x110000:
        return constant(chr(only))
    return UNKNOWN if args.first().inert else tainted(args.first().taints)


def _enumerate(frame: Frame, op: Call, args: Arguments) -> Value:
    element = frame.elements(args.first())
    fields: dict[str | int, Value] = {0: INERT, 1: element}
    pair = Value(
        objects=frame.make(frame.number("pair", op.dest), Obj("tuple", fields, None, 2, False))
    )
    return Value(objects=frame.make(op.dest + 1, Obj("list", {}, pair, -1, False)))


def _zip(frame: Frame, op: Call, args: Arguments) -> Value:
    elements = [frame.elements(value) for value in args.positional]
    fields: dict[str | int, Value] = dict(enumerate(elements))
    pair = Value(
        objects=frame.make(
            frame.number("pair", op.dest), Obj("tuple", fields, None, len(elements), False)
        )
    )
    return Value(objects=frame.make(op.dest + 1, Obj("list", {}, pair, -1, False)))


def _map(frame: Frame, op: Call, args: Arguments) -> Value | None:
    from assay.domains.taint.calls import call_value

    element = UNKNOWN
    for value in args.positional[1:]:
        element = (
            join(element, frame.elements(value))
            if element is not UNKNOWN
            else frame.elements(value)
        )
    if frame.models.passes.get(args.first().path) == "number":
        return INERT
    result = call_value(frame, op, args.first(), op.args[0] if op.args else -1, [element])
    if result is None:
        return None
    return Value(objects=frame.make(op.dest + 1, Obj("list", {}, result, -1, False)))


def _template(frame: Frame, op: Call, args: Arguments) -> Value:
    return Value(
        path="string.Template()", parts=args.first().text_parts(), taints=args.first().taints
    )


def _template_substitute(frame: Frame, op: Call, args: Arguments) -> Value:
    taints = union_of_taints(
        frame.state.deep(value) for value in (*args.positional, *args.named.values())
    )
    first = args.receiver.parts[0] if args.receiver.parts else ""
    if isinstance(first, str):
        head = first.partition("$")[0]
        return text((head, Piece(join_taints(taints, args.receiver.taints))))
    return tainted(join_taints(taints, args.receiver.taints))


def _relative_test(frame: Frame, op: Call, args: Arguments) -> Value:
    """`path.is_relative_to(root)`."""
    receiver = args.receiver
    tests: list[Test] = []
    is_resolved = any(view.kind == "resolved" for view in receiver.views)
    for subject, kind in _seen_as(receiver):
        if kind in ("same", "resolved"):
            if is_resolved:
                mark = frame.mark(op.at, "is_relative_to of a resolved path")
                tests.append(Test(subject, True, Effect(0, frozenset(("path",)), mark)))
            else:
                why = "is_relative_to of a path that is not resolved accepts root/../other"
                tests.append(
                    Test(subject, True, Effect(0, frozenset(), frame.mark(op.at, why, True)))
                )
    return Value(inert=True, tests=tuple(tests))


def _relative_to(frame: Frame, op: Call, args: Arguments) -> Value:
    """`path.relative_to(root)` raises unless the path is below the root."""
    from assay.domains.taint.values import Refinement

    receiver = args.receiver
    is_resolved = any(view.kind == "resolved" for view in receiver.views)
    if is_resolved:
        mark = frame.mark(
            op.at, "relative_to of a resolved path raises unless it is below the root"
        )
        effect = Effect(0, frozenset(("path",)), mark)
        frame.state.refine(
            [
                Refinement(subject, effect)
                for subject, kind in _seen_as(receiver)
                if kind in ("same", "resolved")
            ]
        )
        return apply(effect, Value(taints=receiver.taints, path="pathlib.Path()"))
    return Value(parts=receiver.parts, taints=receiver.taints, path="pathlib.Path()")


def _join_receiver(frame: Frame, op: Call, args: Arguments) -> Value:
    return joined_path(frame, [args.receiver, *args.positional], "pathlib.Path()")


def _format_value(frame: Frame, op: Call, args: Arguments) -> Value:
    spec = args.place(1).only()
    if isinstance(spec, str) and spec[-1:] in tuple("dxXfegbon%") and spec:
        return INERT
    return texts.as_text(args.first())


def _split_url(frame: Frame, op: Call, args: Arguments) -> Value:
    """`urljoin(base, url)`: an absolute second part replaces the first."""
    return text((Piece(join_taints(args.first().taints, args.place(1).taints)),))


def _same_text(frame: Frame, op: Call, args: Arguments) -> Value:
    return text(args.first().text_parts())


def _path_text(frame: Frame, op: Call, args: Arguments) -> Value:
    return texts.as_text(args.receiver)


_FUNCTIONS: Final[dict[str, Function]] = {
    "str": _str,
    "unicode": _str,
    "repr": _repr,
    "ascii": _repr,
    "format": _format_value,
    "getattr": _getattr,
    "setattr": _setattr,
    "chr": _chr,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "os.path.join": _join_path,
    "posixpath.join": _join_path,
    "ntpath.join": _join_path,
    "os.path.realpath": _resolve,
    "os.path.abspath": _resolve,
    "os.path.normpath": _normal_path,
    "posixpath.normpath": _normal_path,
    "os.path.expanduser": _same_text,
    "os.path.expandvars": _same_text,
    "os.path.basename": _basename,
    "posixpath.basename": _basename,
    "ntpath.basename": _basename,
    "os.path.dirname": _dirname,
    "os.path.splitext": _splitext,
    "os.path.commonpath": _common_path,
    "os.path.commonprefix": _common_prefix,
    "os.path.isabs": absolute_test,
    "pathlib.Path().is_absolute": absolute_test,
    "os.fspath": _str,
    "os.fsdecode": _str,
    "os.fsencode": _str,
    "pathlib.Path": _path,
    "pathlib.Path().resolve": _resolve_path,
    "pathlib.Path().absolute": _join_receiver,
    "pathlib.Path().joinpath": _join_receiver,
    "pathlib.Path().is_relative_to": _relative_test,
    "pathlib.Path().relative_to": _relative_to,
    "pathlib.Path().as_posix": _path_text,
    "pathlib.Path().expanduser": _join_receiver,
    "urllib.parse.urlunsplit": _put_together,
    "urllib.parse.urlunparse": _put_together,
    "urllib.parse.Parts().geturl": _put_together,
    "urllib.parse.Parts()._replace": _with_parts,
    "urllib.parse.urlparse": _urlparse,
    "urllib.parse.urlsplit": _urlparse,
    "urlparse.urlparse": _urlparse,
    "urlparse.urlsplit": _urlparse,
    "urllib.parse.quote": _quote,
    "urllib.parse.quote_plus": _quote,
    "urllib.quote": _quote,
    "urllib.quote_plus": _quote,
    "urllib.parse.urlencode": _urlencode,
    "urllib.urlencode": _urlencode,
    "urllib.parse.urljoin": _split_url,
    "json.dumps": _dumps,
    "re.compile": _compile,
    "re.match": _matcher("match"),
    "re.fullmatch": _matcher("fullmatch"),
    "re.search": _matcher("search"),
    "re.Pattern().match": _matcher("match"),
    "re.Pattern().fullmatch": _matcher("fullmatch"),
    "re.Pattern().search": _matcher("search"),
    "re.findall": _find_all,
    "re.finditer": _find_all,
    "re.Pattern().findall": _find_all,
    "re.Pattern().finditer": _find_all,
    "re.split": _split_by,
    "re.Pattern().split": _split_by,
    "re.sub": _substitute,
    "re.Pattern().sub": _substitute,
    "io.StringIO": _string_buffer,
    "io.BytesIO": _string_buffer,
    "StringIO.StringIO": _string_buffer,
    "cStringIO.StringIO": _string_buffer,
    "configparser.ConfigParser": _config,
    "configparser.RawConfigParser": _config,
    "configparser.SafeConfigParser": _config,
    "ConfigParser.ConfigParser": _config,
    "ConfigParser.RawConfigParser": _config,
    **markup.FUNCTIONS,
    "string.Template": _template,
    "string.Template().substitute": _template_substitute,
    "string.Template().safe_substitute": _template_substitute,
}
