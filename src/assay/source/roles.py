"""What part a file plays: test, web handler, script, migration ...

The code decides first and the path only where the code does not say, so a lone test file is a
test without any folder around it. Nothing is excluded by role; rules may say where they apply.

Invariant: the role is a function of path, tree and text, and `RoleEvidence` names the line that
decided, or line 0 where the path did.

    >>> role_of("a.py", ast.parse("import unittest\\nclass T(unittest.TestCase): pass"), "")
    <Role.TEST: 'test'>
"""

import ast
import posixpath
import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, final

from assay.source.nesting import COMPOUND


class Role(Enum):
    """The part that a file plays in its project."""

    LIBRARY = "library"
    APPLICATION = "application"
    WEB_HANDLER = "web handler"
    TEST = "test"
    SCRIPT = "script"
    MIGRATION = "migration"
    EXAMPLE = "example"
    CONFIG = "config"
    NOTEBOOK = "notebook"
    STUB = "stub"


@final
class RoleEvidence:
    """A role and the fact that decided it; line 0 means that the fact is the path."""

    __slots__ = ("line", "role", "text")

    def __init__(self, role: Role, line: int, text: str) -> None:
        self.role: Final = role
        self.line: Final = line
        self.text: Final = text

    def __repr__(self) -> str:
        return f"RoleEvidence({self.role}, {self.line}, {self.text!r})"


_TEST_MODULES: Final = frozenset(
    {"unittest", "unittest2", "pytest", "nose", "testtools", "hypothesis", "behave", "testify"}
)
_TEST_BASE: Final = re.compile(r"(?:Test|Tests|TestCase|TestBase|TestMixin|TestSuite|UnitTest)$")
_WEB_FRAMEWORKS: Final = {
    "flask": "Flask",
    "quart": "Quart",
    "django": "Django",
    "rest_framework": "Django REST framework",
    "fastapi": "FastAPI",
    "starlette": "Starlette",
    "aiohttp": "aiohttp",
    "tornado": "Tornado",
    "bottle": "Bottle",
    "sanic": "Sanic",
    "falcon": "Falcon",
    "pyramid": "Pyramid",
    "cherrypy": "CherryPy",
    "litestar": "Litestar",
    "webob": "WebOb",
    "werkzeug": "Werkzeug",
    "pecan": "Pecan",
    "web": "web.py",
    "webapp2": "webapp2",
    "responder": "Responder",
    "robyn": "Robyn",
}
_ROUTE_DECORATORS: Final = frozenset(
    {"route", "get", "post", "put", "patch", "delete", "options", "head", "websocket", "api_route"}
)
_WEB_DECORATORS: Final = frozenset(
    {
        "api_view",
        "view_config",
        "csrf_exempt",
        "require_http_methods",
        "require_GET",
        "require_POST",
        "login_required",
        "expose",
        "before_request",
        "after_request",
        "errorhandler",
        "middleware",
        "exception_handler",
    }
)
_WEB_BASES: Final = re.compile(
    r"(?:Controller|View|ViewSet|APIView|RequestHandler|WebSocketHandler|HTTPEndpoint|MethodView|Resource"
    r"|BaseHTTPRequestHandler|SimpleHTTPRequestHandler|Consumer)$"
)
_STDLIB_WEB: Final = frozenset({"http.server", "wsgiref", "cgi", "xmlrpc.server", "socketserver"})
_APP_CONSTRUCTORS: Final = frozenset(
    {"Flask", "FastAPI", "Quart", "Sanic", "Starlette", "Bottle", "Litestar", "Application"}
)
_COMMAND_MODULES: Final = frozenset(
    {"argparse", "click", "optparse", "getopt", "typer", "fire", "docopt", "cleo", "absl"}
)
_DJANGO_SETTINGS: Final = frozenset(
    {
        "INSTALLED_APPS",
        "MIDDLEWARE",
        "MIDDLEWARE_CLASSES",
        "ROOT_URLCONF",
        "DATABASES",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "TEMPLATES",
    }
)
_SETTING_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]*$")
_FEWEST_SETTINGS: Final = 3
"""Upper-case assignments from which a module of nothing else is a configuration."""

_CONFIG_STEMS: Final = frozenset(
    {"settings", "config", "conf", "configuration", "local_settings", "gunicorn_conf", "constants"}
)
_TEST_FOLDERS: Final = frozenset({"test", "tests", "testing", "unit_tests", "functional_tests"})
_EXAMPLE_FOLDERS: Final = frozenset(
    {"example", "examples", "docs", "doc", "demo", "demos", "samples", "sample", "tutorial",
     "tutorials", "cookbook"}
)  # fmt: skip
_SCRIPT_FOLDERS: Final = frozenset({"scripts", "script", "bin", "tools"})
_SCRIPT_STEMS: Final = frozenset({"setup", "manage", "__main__", "fabfile", "noxfile", "tasks"})


def role_of(path: str, tree: ast.Module, text: str) -> Role:
    """The role of a file. `path` is posix; `text` is the whole file."""
    return role_evidence(path, tree, text).role


def role_evidence(path: str, tree: ast.Module, text: str) -> RoleEvidence:
    """The role of a file and the fact that decided it."""
    if path.endswith(".ipynb"):
        return RoleEvidence(Role.NOTEBOOK, 0, "a .ipynb file")
    if path.endswith(".pyi"):
        return RoleEvidence(Role.STUB, 0, "a .pyi file")
    facts = _Facts(tree)
    for evidence in (
        _migration(facts),
        _test(facts),
        _settings(facts),
        _web(facts),
        _path_before_entry(path),
        _entry(facts, text),
        _path_after_entry(path),
        _plain_settings(facts),
    ):
        if evidence is not None:
            return evidence
    return RoleEvidence(Role.LIBRARY, 0, "no entry point, route, test or setting")


@final
class _Facts:
    """The outline of a module, gathered in one visit of its statements."""

    __slots__ = ("assigned", "classes", "functions", "imports", "main_guard", "tree")

    def __init__(self, tree: ast.Module) -> None:
        self.tree: Final = tree
        self.imports: Final[dict[str, int]] = {}
        self.classes: Final[list[ast.ClassDef]] = []
        self.functions: Final[list[ast.FunctionDef | ast.AsyncFunctionDef]] = []
        self.assigned: Final[dict[str, int]] = {}
        self.main_guard: int = 0
        for statement in _outline(tree.body):
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    self.imports.setdefault(alias.name, statement.lineno)
            elif isinstance(statement, ast.ImportFrom):
                if statement.level == 0 and statement.module:
                    self.imports.setdefault(statement.module, statement.lineno)
                    for alias in statement.names:
                        self.imports.setdefault(
                            f"{statement.module}.{alias.name}", statement.lineno
                        )
            elif isinstance(statement, ast.ClassDef):
                self.classes.append(statement)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append(statement)
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        self.assigned.setdefault(target.id, statement.lineno)
            elif isinstance(statement, ast.AnnAssign):
                if isinstance(statement.target, ast.Name):
                    self.assigned.setdefault(statement.target.id, statement.lineno)
            elif isinstance(statement, ast.If) and is_main_guard(statement.test):
                self.main_guard = self.main_guard or statement.lineno

    def imported(self, root: str) -> int:
        """The line that imports the module or something below it; 0 if none does."""
        below = root + "."
        for name, line in self.imports.items():
            if name == root or name.startswith(below):
                return line
        return 0


def _outline(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module that run on import, those under `if` and `try` included."""
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        yield statement
        if type(statement) not in COMPOUND:
            continue
        if isinstance(statement, ast.If):
            pending += reversed(statement.orelse)
            pending += reversed(statement.body)
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            pending += reversed(statement.finalbody)
            pending += reversed(statement.orelse)
            for handler in reversed(statement.handlers):
                pending += reversed(handler.body)
            pending += reversed(statement.body)
        elif isinstance(statement, ast.With):
            pending += reversed(statement.body)


def is_main_guard(test: ast.expr) -> bool:
    """Whether a condition is `__name__ == "__main__"`, either way round."""
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = (test.left, test.comparators[0])
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute chain, calls and subscripts looked through; else ""."""
    if type(node) is _NAME:
        return node.id
    parts: list[str] = []
    while True:
        if type(node) is _ATTRIBUTE:
            parts.append(node.attr)
            node = node.value
        elif type(node) is _CALL:
            node = node.func
        elif type(node) is _NAME:
            parts.append(node.id)
            parts.reverse()
            return ".".join(parts)
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return ""


# To look a class up in `ast` takes longer than to compare with it.
_ATTRIBUTE: Final = ast.Attribute
_CALL: Final = ast.Call
_NAME: Final = ast.Name


def web_framework(imports: dict[str, int]) -> tuple[str, int]:
    """The web framework that the imports name, with the line; ("", 0) if none."""
    for name, line in imports.items():
        framework = _WEB_FRAMEWORKS.get(name.partition(".")[0])
        if framework is not None:
            return framework, line
    return "", 0


def module_imports(tree: ast.Module) -> dict[str, int]:
    """Each absolute name that the module level imports, with its first line, in order."""
    return _Facts(tree).imports


def _migration(facts: _Facts) -> RoleEvidence | None:
    for node in facts.classes:
        for base in node.bases:
            if dotted(base) in ("migrations.Migration", "Migration") and facts.imported(
                "django.db"
            ):
                return RoleEvidence(
                    Role.MIGRATION, node.lineno, f"class {node.name} is a Django migration"
                )
    if "down_revision" in facts.assigned and "revision" in facts.assigned:
        line = facts.assigned["revision"]
        return RoleEvidence(Role.MIGRATION, line, "revision and down_revision, as Alembic has them")
    for function in facts.functions:
        arguments = function.args.args
        if function.name == "upgrade" and arguments and arguments[0].arg == "migrate_engine":
            return RoleEvidence(
                Role.MIGRATION,
                function.lineno,
                "upgrade(migrate_engine), of sqlalchemy-migrate",
            )
    return None


def _is_test_base(name: str) -> bool:
    last = name.rpartition(".")[2]
    return _TEST_BASE.search(last) is not None or "TestCase" in last


def _test(facts: _Facts) -> RoleEvidence | None:
    for node in facts.classes:
        for base in node.bases:
            name = dotted(base)
            if name and _is_test_base(name):
                return RoleEvidence(
                    Role.TEST, node.lineno, f"class {node.name} derives from {name}"
                )
        methods = [
            statement
            for statement in node.body
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        tests = [method for method in methods if method.name.startswith("test")]
        if tests and (node.name.startswith("Test") or node.name.endswith(("Test", "Tests"))):
            return RoleEvidence(
                Role.TEST, tests[0].lineno, f"class {node.name} has test methods ({tests[0].name})"
            )
        if tests and any(_asserts(method) for method in tests):
            return RoleEvidence(Role.TEST, tests[0].lineno, f"{tests[0].name} asserts")
    for function in facts.functions:
        for decorator in function.decorator_list:
            name = dotted(decorator)
            if name.startswith("pytest."):
                return RoleEvidence(
                    Role.TEST, function.lineno, f"{function.name} is decorated with {name}"
                )
        if not function.name.startswith("test"):
            continue
        first = function.args.args[0].arg if function.args.args else ""
        if function.name.startswith("test_") and (_asserts(function) or first == "self"):
            return RoleEvidence(Role.TEST, function.lineno, f"{function.name} is a test function")
    for module in sorted(_TEST_MODULES):
        line = facts.imported(module)
        if line and any(function.name.startswith("test") for function in facts.functions):
            return RoleEvidence(Role.TEST, line, f"imports {module} and defines test functions")
    return None


def _asserts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            if name.startswith("assert") or name == "raises":
                return True
    return False


def _settings(facts: _Facts) -> RoleEvidence | None:
    present = [name for name in facts.assigned if name in _DJANGO_SETTINGS]
    if len(present) >= 2 and not facts.functions:
        return RoleEvidence(
            Role.CONFIG, facts.assigned[present[0]], f"sets {present[0]} and {present[1]}"
        )
    return None


def _plain_settings(facts: _Facts) -> RoleEvidence | None:
    if facts.functions or facts.classes or not facts.assigned:
        return None
    names = [name for name in facts.assigned if not name.startswith("__")]
    upper = [name for name in names if _SETTING_NAME.match(name)]
    if len(upper) >= _FEWEST_SETTINGS and len(upper) == len(names):
        return RoleEvidence(
            Role.CONFIG,
            facts.assigned[upper[0]],
            f"assigns {len(upper)} settings and defines no function or class",
        )
    return None


def _web(facts: _Facts) -> RoleEvidence | None:
    framework, import_line = web_framework(facts.imports)
    functions = list(facts.functions)
    for node in facts.classes:
        for base in node.bases:
            name = dotted(base)
            if name and _WEB_BASES.search(name) and (framework or _stdlib_web(facts)):
                return RoleEvidence(
                    Role.WEB_HANDLER, node.lineno, f"class {node.name} derives from {name}"
                )
        functions += [
            statement
            for statement in node.body
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
    functions += _nested_functions(facts.functions)
    for function in functions:
        for decorator in function.decorator_list:
            last = dotted(decorator).rpartition(".")[2]
            routed = (
                last in _ROUTE_DECORATORS
                and isinstance(decorator, ast.Call)
                and (framework != "" or _first_is_path(decorator))
            )
            if routed or (last in _WEB_DECORATORS and framework):
                return RoleEvidence(
                    Role.WEB_HANDLER,
                    decorator.lineno,
                    f"{function.name} is decorated with {dotted(decorator)}",
                )
    if not framework:
        return None
    for function in facts.functions:
        arguments = function.args.posonlyargs + function.args.args
        if arguments and arguments[0].arg in ("request", "req"):
            return RoleEvidence(
                Role.WEB_HANDLER,
                function.lineno,
                f"{function.name} takes a request, and line {import_line} imports {framework}",
            )
    for name in ("urlpatterns",):
        if name in facts.assigned:
            return RoleEvidence(Role.WEB_HANDLER, facts.assigned[name], f"assigns {name}")
    for statement in _outline(facts.tree.body):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            constructor = dotted(statement.value.func).rpartition(".")[2]
            if constructor in _APP_CONSTRUCTORS:
                return RoleEvidence(
                    Role.WEB_HANDLER, statement.lineno, f"creates {constructor}(), {framework}"
                )
    return None


def _nested_functions(
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef],
) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions directly inside of functions: handlers of an application factory."""
    return [
        statement
        for function in functions
        for statement in function.body
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _stdlib_web(facts: _Facts) -> bool:
    return any(facts.imported(module) for module in sorted(_STDLIB_WEB))


def _first_is_path(call: ast.Call) -> bool:
    if not call.args:
        return False
    first = call.args[0]
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and first.value.startswith("/")
    )


def _entry(facts: _Facts, text: str) -> RoleEvidence | None:
    """A script or, where most of the file is not its entry point, an application."""
    line = facts.main_guard
    said = '`if __name__ == "__main__"`'
    if not line:
        for function in facts.functions:
            for decorator in function.decorator_list:
                name = dotted(decorator)
                if name.rpartition(".")[2] in ("command", "group") and (
                    facts.imported("click") or facts.imported("typer")
                ):
                    line, said = decorator.lineno, f"{function.name} is decorated with {name}"
                    break
            if line:
                break
    if not line and text.startswith("#!") and "python" in text.partition("\n")[0]:
        line, said = 1, "first line names the interpreter"
    if not line:
        return _runs_on_import(facts)
    if facts.classes and len(facts.functions) + len(facts.classes) > 1:
        command = any(facts.imported(module) for module in sorted(_COMMAND_MODULES))
        if not command:
            return RoleEvidence(Role.APPLICATION, line, said)
    return RoleEvidence(Role.SCRIPT, line, said)


def _runs_on_import(facts: _Facts) -> RoleEvidence | None:
    """A module that calls its own `main` or parses arguments at its top level."""
    own = {function.name for function in facts.functions}
    for statement in facts.tree.body:
        if isinstance(statement, (ast.Expr, ast.Assign)) and isinstance(statement.value, ast.Call):
            name = dotted(statement.value.func)
            if name in own and name in ("main", "run", "cli"):
                return RoleEvidence(Role.SCRIPT, statement.lineno, f"calls {name}() on import")
            if name.endswith(".parse_args"):
                return RoleEvidence(Role.SCRIPT, statement.lineno, "parses arguments on import")
    for function in facts.functions:
        if function.name == "main":
            for node in ast.walk(function):
                name = dotted(node) if isinstance(node, ast.Attribute) else ""
                if name == "sys.argv" or name.endswith(".parse_args"):
                    return RoleEvidence(Role.SCRIPT, function.lineno, f"main() reads {name}")
    return None


def _path_before_entry(path: str) -> RoleEvidence | None:
    """What the path says more strongly than an entry point does."""
    folders, stem = _folders_and_stem(path)
    if stem == "conftest" or stem.startswith("test_") or stem.endswith(("_test", "_tests")):
        return RoleEvidence(Role.TEST, 0, f"the file is named {stem}")
    if stem in ("tests", "test") and folders:
        return RoleEvidence(Role.TEST, 0, f"the file is named {stem}")
    for folder in folders:
        if folder in _TEST_FOLDERS:
            return RoleEvidence(Role.TEST, 0, f"is in folder {folder}")
    for folder in folders:
        if folder == "migrations" or (folder == "versions" and "alembic" in folders):
            return RoleEvidence(Role.MIGRATION, 0, f"is in folder {folder}")
    for folder in folders:
        if folder in _EXAMPLE_FOLDERS:
            return RoleEvidence(Role.EXAMPLE, 0, f"is in folder {folder}")
    return None


def _path_after_entry(path: str) -> RoleEvidence | None:
    folders, stem = _folders_and_stem(path)
    if stem in _CONFIG_STEMS:
        return RoleEvidence(Role.CONFIG, 0, f"the file is named {stem}")
    if folders and folders[-1] in ("settings", "conf", "config"):
        return RoleEvidence(Role.CONFIG, 0, f"is in folder {folders[-1]}")
    if stem in _SCRIPT_STEMS:
        return RoleEvidence(Role.SCRIPT, 0, f"the file is named {stem}")
    for folder in folders:
        if folder in _SCRIPT_FOLDERS:
            return RoleEvidence(Role.SCRIPT, 0, f"is in folder {folder}")
    return None


def _folders_and_stem(path: str) -> tuple[list[str], str]:
    folder, name = posixpath.split(path)
    return folder.lower().split("/") if folder else [], name.rpartition(".")[0].lower() or name
