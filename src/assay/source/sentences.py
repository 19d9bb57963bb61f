"""The sentences of a description, put together from an outline and from what tests do.

Invariant: what a sentence says of the code is added to the facts, with the line that says it.

    >>> web_sentence(outline, "web handler module", "Flask", facts)
    'a web handler module (Flask): 1 route: GET / (line 3)'
"""

import ast
from collections.abc import Sequence
from typing import Final

from assay.source.exercise import Function, Step, StepKind, in_order, steps_of
from assay.source.file import Parsed, SourceFile
from assay.source.outline import TEST_PARTS, Fact, Outline, methods_of, test_framework_of
from assay.source.roles import Role, dotted

_ROUTE_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_MOST_NAMED: Final = 4
"""Names that one part of a sentence lists before it counts the rest."""


def test_sentence(
    outline: Outline, kind: str, project: str, framework: str, facts: list[Fact]
) -> str:
    text = f"{article(kind)} {kind}"
    bases = [base for base in outline.bases if base.origin] or outline.bases
    if bases:
        base = bases[0]
        root = base.origin.lstrip(".").partition(".")[0]
        said = f"class derives from {base.name}"
        facts.append(Fact(f"{base.class_name} derives from {base.name}", base.line))
        if root and root != base.name:
            said += f", imported from {root}"
        if project and any(other.origin.startswith(root + ".") for other in bases) and root:
            said += f", so the project is {project}"
        text += f" ({said})"
    elif framework:
        text += f" ({framework})"
    if project and "so the project is" not in text:
        text += f" of {project}"
    tested = [*outline.functions]
    for definition in outline.classes:
        tested += methods_of(definition)
    tools = frozenset(
        name
        for name, origin in outline.imported.items()
        if origin.partition(".")[0] in _TOOL_ROOTS or "mock" in origin.split(".")
    )
    groups = [steps_of(function, tools) for function in tested[:_LOOKED_AT]]
    steps = [step for group in groups for step in group]
    steps.sort(key=_step_line)
    parts = [
        part
        for part in (
            _said_driven(outline, tested, groups, facts),
            _said_waited(steps, facts),
            _said_checked(steps, facts),
        )
        if part
    ]
    if not parts:
        return text
    if len(tested) > _LOOKED_AT:
        return (
            f"{text}; in the first {_LOOKED_AT} of its {len(tested)} functions it {_listed(parts)}"
        )
    return f"{text}; it {_listed(parts)}"


_LOOKED_AT: Final = 16
"""Functions that a sentence about a test is made from: it cannot tell of more, and costs time."""


def _step_line(step: Step) -> int:
    return step.line


def _said_driven(
    outline: Outline, tested: Sequence[Function], groups: list[list[Step]], facts: list[Fact]
) -> str:
    """What the test drives: its most specific actions, else the code that it imports and calls."""
    driven = [step for group in groups for step in group if step.kind is StepKind.DRIVE]
    heaviest = max((step.weight for step in driven), default=0)
    chosen = [step for step in driven if step.weight == heaviest]
    if not chosen:
        return _said_exercised(outline, tested, facts) or _said_prepared(groups, facts)
    said: dict[str, int] = {}
    for step in chosen:
        said.setdefault(step.text, step.line)
        facts.append(Fact(f"drives {step.text}", step.line))
    failing = _fails_after(groups, chosen[0])
    must_fail = ""
    if len(said) == 1 and failing is not None:
        must_fail = " that must fail"
        facts.append(Fact(f"expects it to fail: {failing.text}", failing.line))
    names = [
        f"{article(name.strip('`'))} {name.strip('`')}{must_fail} (line {line})"
        if name.startswith("`")
        else f"{name}{must_fail} (line {line})"
        for name, line in said.items()
    ]
    return "drives " + _counted(names)


def _fails_after(groups: list[list[Step]], driven: Step) -> Step | None:
    """The first step from the action on that expects a failure, before the function's next."""
    if driven.fails:
        return driven
    for group in groups:
        if driven not in group:
            continue
        for step in group[group.index(driven) + 1 :]:
            if step.kind is StepKind.DRIVE:
                return None
            if step.fails:
                return step
    return None


def _said_exercised(outline: Outline, tested: Sequence[Function], facts: list[Fact]) -> str:
    """The imported functions and classes that the test calls, the test's own tools left out."""
    called: dict[str, tuple[str, int]] = {}
    looked_up: set[str] = set()
    for function in tested:
        if function.name in _FIXTURES:
            continue
        for node in in_order(function):
            if isinstance(node, ast.Call):
                name = dotted(node.func)
                if name in looked_up:
                    continue
                looked_up.add(name)
                origin = outline.origin(name)
                parts = origin.lstrip(".").split(".")
                if not origin or test_framework_of(origin) or parts[0] in _TOOL_ROOTS:
                    continue
                if TEST_PARTS.intersection(parts):
                    continue
                called.setdefault(origin, (name, node.lineno))
    if not called:
        return ""
    names = []
    for origin, (name, line) in called.items():
        facts.append(Fact(f"calls {name}, which is {origin}", line))
        names.append(f"{name} (line {line})")
    return "calls " + _counted(names)


_FIXTURES: Final = frozenset(
    {"setUp", "tearDown", "setUpClass", "tearDownClass", "setup_method", "teardown_method"}
)
_TOOL_ROOTS: Final = frozenset(
    {"mock", "os", "sys", "re", "json", "time", "datetime", "tempfile", "pathlib", "shutil", "io",
     "copy", "random", "logging", "textwrap", "functools", "itertools", "collections", "contextlib",
     "subprocess", "threading", "warnings", "uuid", "typing", "fixtures", "six", "ddt"}
)  # fmt: skip


def _said_prepared(groups: list[list[Step]], facts: list[Fact]) -> str:
    prepared = [step for group in groups for step in group if step.kind is StepKind.PREPARE]
    if not prepared:
        return ""
    said: dict[str, int] = {}
    for step in prepared:
        said.setdefault(step.text, step.line)
        facts.append(Fact(f"calls {step.text}", step.line))
    return "calls " + _counted([f"{name} (line {line})" for name, line in said.items()])


def _said_waited(steps: list[Step], facts: list[Fact]) -> str:
    said: dict[str, int] = {}
    for step in steps:
        if step.kind is StepKind.WAIT:
            said.setdefault(step.text, step.line)
            facts.append(Fact(f"waits for {step.text}", step.line))
    return (
        "waits for " + _counted([f"{name} (line {line})" for name, line in said.items()])
        if said
        else ""
    )


def _said_checked(steps: list[Step], facts: list[Fact]) -> str:
    said: dict[str, int] = {}
    about: dict[str, None] = {}
    checks = [step for step in steps if step.kind is StepKind.CHECK]
    specific = [step for step in checks if step.weight] or checks
    for step in specific:
        said.setdefault(step.text, step.line)
        facts.append(Fact(f"checks {step.text}", step.line))
        about.update(dict.fromkeys(step.about))
    if not said:
        return ""
    text = "checks " + _counted([f"{name} (line {line})" for name, line in said.items()])
    driven = [step.text for step in steps if step.kind is StepKind.DRIVE]
    subjects = [repr(one) for one in about if not any(one in text for text in driven)]
    if len(subjects) == 2:
        return f"{text}, for both {subjects[0]} and {subjects[1]}"
    if 0 < len(subjects) <= _MOST_NAMED:
        return f"{text}, for {_listed(subjects)}"
    return text


def web_sentence(outline: Outline, kind: str, framework: str, facts: list[Fact]) -> str:
    text = f"a {kind}" + (f" ({framework})" if framework else "")
    routes: list[str] = []
    functions = [*outline.functions]
    for function in outline.functions:
        functions += [
            one for one in function.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
    for definition in outline.classes:
        functions += methods_of(definition)
    for function in functions:
        for decorator in function.decorator_list:
            route = _route(decorator)
            if route:
                routes.append(f"{route} (line {decorator.lineno})")
                facts.append(Fact(f"{function.name} serves {route}", decorator.lineno))
    parts: list[str] = []
    if routes:
        parts.append(f"{_number(len(routes), 'route')}: {_counted(routes)}")
    for base in outline.bases[:_MOST_NAMED]:
        parts.append(f"class {base.class_name} derives from {base.name} (line {base.line})")
        facts.append(Fact(f"{base.class_name} derives from {base.name}", base.line))
    if not routes:
        parts.append(_contents(outline))
    return f"{text}: {'; '.join(parts)}"


def _route(decorator: ast.expr) -> str:
    """`GET /users` of a decorator that registers a route; "" of another one."""
    if not isinstance(decorator, ast.Call) or not decorator.args:
        return ""
    path = decorator.args[0]
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
        return ""
    name = dotted(decorator.func).rpartition(".")[2]
    methods: list[str] = []
    if name in _ROUTE_METHODS:
        methods.append(name.upper())
    elif name not in ("route", "api_route", "websocket"):
        return ""
    for keyword in decorator.keywords:
        if keyword.arg == "methods" and isinstance(keyword.value, (ast.List, ast.Tuple, ast.Set)):
            methods += [
                one.value
                for one in keyword.value.elts
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return f"{'/'.join(methods)} {path.value}".strip()


def module_sentence(
    file: SourceFile, outline: Outline, kind: str, framework: str, facts: list[Fact]
) -> str:
    parts = [_contents(outline)]
    if file.cells:
        parts.insert(0, _number(len(file.cells), "code cell"))
    for base in outline.bases[:2]:
        parts.append(f"class {base.class_name} derives from {base.name} (line {base.line})")
        facts.append(Fact(f"{base.class_name} derives from {base.name}", base.line))
    roots = outline.roots()
    if roots:
        facts += [Fact(f"imports {root}", line) for root, line in roots]
        parts.append(f"imports {_counted([root for root, _ in roots])}")
    evidence = file.role_evidence
    if file.role in (Role.SCRIPT, Role.APPLICATION) and evidence.line:
        parts.append(f"entry point at line {evidence.line}: {evidence.text}")
    elif file.role is Role.LIBRARY:
        parts.append("no entry point")
    elif evidence.line:
        parts.append(f"{evidence.text} (line {evidence.line})")
    named = f" ({framework})" if framework else ""
    if not file.tree.body and file.parsed is Parsed.WHOLE:
        return f"an empty {kind}"
    return f"{article(kind)} {kind}{named}: {'; '.join(parts)}"


def _contents(outline: Outline) -> str:
    counts = [
        _number(count, noun)
        for count, noun in ((len(outline.functions), "function"), (len(outline.classes), "class"))
        if count
    ]
    return ", ".join(counts) if counts else "no function or class"


def _number(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun}es" if noun.endswith("s") else f"{count} {noun}s"


def article(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeio" and noun else "a"


def _listed(parts: list[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return ", ".join(parts[:-1]) + ", and " + parts[-1]


def _counted(names: list[str]) -> str:
    """The names in a list, all that are too many as a number."""
    if len(names) <= _MOST_NAMED:
        return _listed(names)
    return ", ".join(names[:_MOST_NAMED]) + f", and {len(names) - _MOST_NAMED} more"
