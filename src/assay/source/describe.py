"""What a file is, in one or two plain sentences.

Every word comes from a fact in the file or its path: base classes, imports, decorators, the names
and literals of calls, docstrings. The author's own words are quoted as such. Nothing is known about
a particular file; an edited file gets the sentence that its code then says.

Invariant: each `Fact` names a line of the file, or line 0 for a fact of its path, and the summary
says nothing that is not among the facts.

    >>> describe(parse_text("a.py", "import json\\ndef f(): pass\\n")).summary
    'a library module: 1 function; imports json; no entry point'
"""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final, final

from assay.source.exercise import Function, Step, StepKind, in_order, steps_of
from assay.source.file import Parsed, SourceFile
from assay.source.nesting import blocks_of
from assay.source.projects import PROJECT_NAMES, TEST_FRAMEWORKS
from assay.source.roles import Role, dotted, module_imports, web_framework

_LEVELS: Final = {
    "functional": "functional",
    "integration": "integration",
    "unit": "unit",
    "e2e": "end-to-end",
    "acceptance": "acceptance",
    "smoke": "smoke",
    "performance": "performance",
    "benchmark": "benchmark",
    "benchmarks": "benchmark",
}
_REGRESSION: Final = re.compile(
    r"\bregressions?\b|\b(?:bug|issue|ticket|gh)\s*[#:]?\s*\d+|\bCVE-\d+-\d+", re.I
)
_REGRESSION_NAME: Final = re.compile(
    r"regression|(?:^|_)(?:bug|issue|ticket|gh|cve)_?\d+|(?:Bug|Issue|Ticket)\d+", re.I
)
_TEST_PARTS: Final = frozenset({"test", "tests", "testing"})
_OUTER_FOLDERS: Final = frozenset({"", ".", "..", "src", "lib", "python"})
"""Folders that stand around a package and are not one."""

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s|\n\s*\n")
_ROUTE_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_MOST_NAMED: Final = 4
"""Names that one part of a sentence lists before it counts the rest."""

_LONGEST_QUOTE: Final = 200


@final
class Fact:
    """Something that the code says, and the line where it does; line 0 is the path."""

    __slots__ = ("line", "text")

    def __init__(self, text: str, line: int) -> None:
        self.text: Final = text
        self.line: Final = line

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fact) and (self.text, self.line) == (other.text, other.line)

    def __hash__(self) -> int:
        return hash((self.text, self.line))

    def __repr__(self) -> str:
        return f"Fact({self.text!r}, {self.line})"


@final
class Base:
    """A base class as a class names it, and the dotted name that imports give it ("" if none)."""

    __slots__ = ("class_name", "line", "name", "origin")

    def __init__(self, class_name: str, name: str, origin: str, line: int) -> None:
        self.class_name: Final = class_name
        self.name: Final = name
        self.origin: Final = origin
        self.line: Final = line

    def __repr__(self) -> str:
        return f"Base({self.class_name!r}, {self.name!r}, {self.origin!r}, {self.line})"


@final
class Description:
    """What a file is. `project` and `framework` are "" where the file does not tell."""

    __slots__ = ("bases", "facts", "framework", "kind", "project", "summary")

    def __init__(
        self,
        summary: str,
        kind: str,
        framework: str,
        project: str,
        bases: tuple[Base, ...],
        facts: tuple[Fact, ...],
    ) -> None:
        self.summary: Final = summary
        self.kind: Final = kind
        """A noun phrase without its article: "functional regression test"."""
        self.framework: Final = framework
        self.project: Final = project
        self.bases: Final = bases
        self.facts: Final = facts


def describe(file: SourceFile) -> Description:
    """Describes a file from its tree and path. Never raises for what a file holds."""
    outline = _Outline(file)
    facts: list[Fact] = [Fact(file.role_evidence.text, file.role_evidence.line)]
    project = _project(file, outline, facts)
    framework = _framework(file, outline, facts)
    if file.role is Role.TEST:
        kind = _test_kind(file, outline, facts)
        text = _test_sentence(outline, kind, project, framework, facts)
    elif file.role is Role.WEB_HANDLER:
        kind = "web handler module"
        text = _web_sentence(outline, kind, framework, facts)
    else:
        kind = _KINDS[file.role]
        text = _module_sentence(file, outline, kind, framework, facts)
    text += _author_words(file, outline, facts)
    if file.parsed is not Parsed.WHOLE:
        text = f"{text}; {_PARSED_WORDS[file.parsed]}: {file.problem}"
    return Description(
        text, kind, framework, project, tuple(outline.bases), tuple(dict.fromkeys(facts))
    )


_KINDS: Final = {
    Role.LIBRARY: "library module",
    Role.APPLICATION: "application module",
    Role.SCRIPT: "script",
    Role.MIGRATION: "migration",
    Role.EXAMPLE: "example",
    Role.CONFIG: "configuration module",
    Role.NOTEBOOK: "notebook",
    Role.STUB: "type stub",
}
_PARSED_WORDS: Final = {Parsed.PARTLY: "parsed in part", Parsed.NOT: "not parsed"}


@final
class _Outline:
    """Classes, functions, imports and base classes of a module's top level."""

    __slots__ = ("bases", "classes", "functions", "imported", "imports")

    def __init__(self, file: SourceFile) -> None:
        self.classes: Final[list[ast.ClassDef]] = []
        self.functions: Final[list[Function]] = []
        self.imported: Final[dict[str, str]] = {}
        self.bases: Final[list[Base]] = []
        self.imports: Final = module_imports(file.tree)
        for statement in file.tree.body:
            if isinstance(statement, ast.ClassDef):
                self.classes.append(statement)
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.append(statement)
        for node in _statements(file.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.imported[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{module}.{alias.name}"
        # What has tests comes first: helper classes do not say what the file is.
        for definition in sorted(self.classes, key=_without_tests):
            for base in definition.bases:
                name = dotted(base)
                if name and name != "object":
                    self.bases.append(
                        Base(definition.name, name, self.origin(name), definition.lineno)
                    )

    def origin(self, name: str) -> str:
        """The dotted name behind a name in this module, if an import says it; else ""."""
        head, dot, rest = name.partition(".")
        target = self.imported.get(head)
        return "" if target is None else target + dot + rest

    def import_line(self, origin: str) -> int:
        """The line of the import that brings a dotted name in; 0 if there is none."""
        name = origin
        while name:
            if name in self.imports:
                return self.imports[name]
            name = name.rpartition(".")[0]
        return 0

    def roots(self) -> list[tuple[str, int]]:
        """The top-level packages that are imported, with the first line of each."""
        first: dict[str, int] = {}
        for name, line in self.imports.items():
            first.setdefault(name.partition(".")[0], line)
        first.pop("__future__", None)
        return list(first.items())


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements of a module, those of functions and classes included."""
    pending: list[list[ast.stmt]] = [tree.body]
    while pending:
        for statement in pending.pop():
            yield statement
            pending += [block for block, _ in blocks_of(statement)]


def _without_tests(definition: ast.ClassDef) -> bool:
    return not any(method.name.startswith("test") for method in _methods(definition))


def _is_test_framework(module: str) -> str:
    """What the test framework is called that a dotted name belongs to; "" if to none."""
    while module:
        if module in TEST_FRAMEWORKS:
            return TEST_FRAMEWORKS[module]
        module = module.rpartition(".")[0]
    return ""


def _project(file: SourceFile, outline: _Outline, facts: list[Fact]) -> str:
    """The project that the file belongs to, where its imports give that away.

    A base class out of a package's own tests is used inside of that package's project; and a file
    that lies in the folder of a package which it imports is part of that package.
    """
    for base in outline.bases:
        parts = base.origin.split(".")
        root = parts[0]
        if not root or root in _TEST_PARTS or _is_test_framework(base.origin):
            continue
        if any(part in _TEST_PARTS for part in parts[1:]):
            name = PROJECT_NAMES.get(root, root)
            facts.append(Fact(f"{base.name} is imported from {root}", _import_or(outline, base)))
            return name
    folders = [one for one in file.path.split("/")[:-1] if one not in _OUTER_FOLDERS]
    for root, line in outline.roots():
        if folders[:1] == [root] and root not in _TEST_PARTS:
            facts.append(Fact(f"imports {root}, and lies in a folder of that name", line))
            return PROJECT_NAMES.get(root, root)
    return ""


def _import_or(outline: _Outline, base: Base) -> int:
    return outline.import_line(base.origin) or base.line


def _framework(file: SourceFile, outline: _Outline, facts: list[Fact]) -> str:
    if file.role is Role.TEST:
        for base in outline.bases:
            name = _is_test_framework(base.origin)
            if name:
                facts.append(Fact(f"{base.class_name} derives from {base.name}", base.line))
                return name
        for module, line in outline.imports.items():
            name = _is_test_framework(module)
            if name:
                facts.append(Fact(f"imports {module}", line))
                return name
        return ""
    name, line = web_framework(outline.imports)
    if name:
        facts.append(Fact(f"imports {name}", line))
    return name


def _test_kind(file: SourceFile, outline: _Outline, facts: list[Fact]) -> str:
    level = ""
    for base in outline.bases:
        level = _level_in(base.origin.replace(".", "/"))
        if level:
            line = _import_or(outline, base)
            facts.append(Fact(f"{base.name} comes from {base.origin.rpartition('.')[0]}", line))
            break
    if not level:
        level = _level_in(file.path)
        if level:
            facts.append(Fact(f"the path says {level}", 0))
    if not level:
        level = _level_of_helpers(outline, facts)
    regression = _regression(file, outline)
    if regression is not None:
        facts.append(regression)
    return " ".join(part for part in (level, "regression" if regression else "", "test") if part)


def _level_of_helpers(outline: _Outline, facts: list[Fact]) -> str:
    """The level of the project's own test helpers. Functional tests also use helpers of unit tests,
    so the widest level counts."""
    found: dict[str, tuple[str, int]] = {}
    for module, line in outline.imports.items():
        if _TEST_PARTS.intersection(module.split(".")):
            found.setdefault(_level_in(module), (module, line))
    for level in ("end-to-end", "functional", "integration", "unit"):
        if level in found:
            module, line = found[level]
            facts.append(Fact(f"imports {module}", line))
            return level
    return ""


def _level_in(path: str) -> str:
    for part in re.split(r"[/_.]", path.lower()):
        if _LEVELS.get(part):
            return _LEVELS[part]
    return ""


def _regression(file: SourceFile, outline: _Outline) -> Fact | None:
    """Why the test is one for a known defect: a docstring, a name or the path says so."""
    documented: list[tuple[ast.Module | ast.ClassDef | Function, int]] = [(file.tree, 1)]
    for definition in outline.classes:
        documented.append((definition, definition.lineno))
        documented += [(method, method.lineno) for method in _methods(definition)]
    documented += [(function, function.lineno) for function in outline.functions]
    for node, _ in documented:
        docstring, line = _docstring(node)
        match = _REGRESSION.search(docstring)
        if match is not None:
            return Fact(
                f"the docstring names {match.group()}",
                line + docstring[: match.start()].count("\n"),
            )
    for node, line in documented:
        if not isinstance(node, ast.Module) and _REGRESSION_NAME.search(node.name):
            return Fact(f"the name {node.name}", line)
    for part in reversed(file.path.removesuffix(".py").split("/")):
        if _REGRESSION_NAME.search(part):
            return Fact(f"the path says {part}", 0)
    return None


def _methods(definition: ast.ClassDef) -> list[Function]:
    return [
        statement
        for statement in definition.body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _docstring(node: ast.Module | ast.ClassDef | Function) -> tuple[str, int]:
    """The docstring as written and the line where it starts; ("", 0) without one."""
    if node.body:
        first = node.body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            return first.value.value, first.lineno
    return "", 0


def _author_words(file: SourceFile, outline: _Outline, facts: list[Fact]) -> str:
    """The first sentence of the module's docstring, or of its only class or function's."""
    nodes: list[ast.Module | ast.ClassDef | Function] = [file.tree]
    if len(outline.classes) == 1:
        nodes += outline.classes
    elif not outline.classes and len(outline.functions) == 1:
        nodes += outline.functions
    for node in nodes:
        docstring, line = _docstring(node)
        stripped = docstring.strip()
        if not stripped:
            continue
        sentence = " ".join(_SENTENCE_END.split(stripped, maxsplit=1)[0].split())
        if len(sentence) > _LONGEST_QUOTE:
            sentence = sentence[:_LONGEST_QUOTE].rpartition(" ")[0] + " ..."
        line += docstring[: len(docstring) - len(docstring.lstrip())].count("\n")
        facts.append(Fact(f'the author says: "{sentence}"', line))
        return f'; in the author\'s words: "{sentence}" (line {line})'
    return ""


def _test_sentence(
    outline: _Outline, kind: str, project: str, framework: str, facts: list[Fact]
) -> str:
    text = f"{_article(kind)} {kind}"
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
        tested += _methods(definition)
    tools = frozenset(
        name
        for name, origin in outline.imported.items()
        if origin.partition(".")[0] in _TOOL_ROOTS or "mock" in origin.split(".")
    )
    groups = [steps_of(function, tools) for function in tested]
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
    return f"{text}; it {_listed(parts)}" if parts else text


def _step_line(step: Step) -> int:
    return step.line


def _said_driven(
    outline: _Outline, tested: Sequence[Function], groups: list[list[Step]], facts: list[Fact]
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
        f"{_article(name.strip('`'))} {name.strip('`')}{must_fail} (line {line})"
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


def _said_exercised(outline: _Outline, tested: Sequence[Function], facts: list[Fact]) -> str:
    """The imported functions and classes that the test calls, the test's own tools left out."""
    called: dict[str, tuple[str, int]] = {}
    for function in tested:
        if function.name in _FIXTURES:
            continue
        for node in in_order(function):
            if isinstance(node, ast.Call):
                name = dotted(node.func)
                origin = outline.origin(name)
                parts = origin.lstrip(".").split(".")
                if not origin or _is_test_framework(origin) or parts[0] in _TOOL_ROOTS:
                    continue
                if _TEST_PARTS.intersection(parts):
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


def _web_sentence(outline: _Outline, kind: str, framework: str, facts: list[Fact]) -> str:
    text = f"a {kind}" + (f" ({framework})" if framework else "")
    routes: list[str] = []
    functions = [*outline.functions]
    for function in outline.functions:
        functions += [
            one for one in function.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    for definition in outline.classes:
        functions += _methods(definition)
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
        if keyword.arg == "methods" and isinstance(keyword.value, ast.List | ast.Tuple | ast.Set):
            methods += [
                one.value
                for one in keyword.value.elts
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return f"{'/'.join(methods)} {path.value}".strip()


def _module_sentence(
    file: SourceFile, outline: _Outline, kind: str, framework: str, facts: list[Fact]
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
    return f"{_article(kind)} {kind}{named}: {'; '.join(parts)}"


def _contents(outline: _Outline) -> str:
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


def _article(noun: str) -> str:
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
