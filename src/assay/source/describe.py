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
from typing import Final, final

from assay.source.exercise import Function
from assay.source.file import Parsed, SourceFile
from assay.source.outline import (
    TEST_PARTS,
    Base,
    Fact,
    Outline,
    docstring_of,
    methods_of,
    test_framework_of,
)
from assay.source.projects import PROJECT_NAMES
from assay.source.roles import Role, web_framework
from assay.source.sentences import module_sentence, test_sentence, web_sentence

__all__ = ["Base", "Description", "Fact", "describe"]

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
_OUTER_FOLDERS: Final = frozenset({"", ".", "..", "src", "lib", "python"})
"""Folders that stand around a package and are not one."""

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s|\n\s*\n")

_LONGEST_QUOTE: Final = 200


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
    outline = Outline(file)
    facts: list[Fact] = [Fact(file.role_evidence.text, file.role_evidence.line)]
    project = _project(file, outline, facts)
    framework = _framework(file, outline, facts)
    if file.role is Role.TEST:
        kind = _test_kind(file, outline, facts)
        text = test_sentence(outline, kind, project, framework, facts)
    elif file.role is Role.WEB_HANDLER:
        kind = "web handler module"
        text = web_sentence(outline, kind, framework, facts)
    else:
        kind = _KINDS[file.role]
        text = module_sentence(file, outline, kind, framework, facts)
    text += _author_words(file, outline, facts)
    if file.parsed is not Parsed.WHOLE:
        text = f"{text}; {_PARSED_WORDS[file.parsed]}"
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


def _project(file: SourceFile, outline: Outline, facts: list[Fact]) -> str:
    """The project that the file belongs to, where its imports give that away.

    A base class out of a package's own tests is used inside of that package's project; and a file
    that lies in the folder of a package which it imports is part of that package.
    """
    for base in outline.bases:
        parts = base.origin.split(".")
        root = parts[0]
        if not root or root in TEST_PARTS or test_framework_of(base.origin):
            continue
        if any(part in TEST_PARTS for part in parts[1:]):
            name = PROJECT_NAMES.get(root, root)
            facts.append(Fact(f"{base.name} is imported from {root}", _import_or(outline, base)))
            return name
    folders = [one for one in file.inner.split("/")[:-1] if one not in _OUTER_FOLDERS]
    for root, line in outline.roots():
        if folders[:1] == [root] and root not in TEST_PARTS:
            facts.append(Fact(f"imports {root}, and lies in a folder of that name", line))
            return PROJECT_NAMES.get(root, root)
    return ""


def _import_or(outline: Outline, base: Base) -> int:
    return outline.import_line(base.origin) or base.line


def _framework(file: SourceFile, outline: Outline, facts: list[Fact]) -> str:
    if file.role is Role.TEST:
        for base in outline.bases:
            name = test_framework_of(base.origin)
            if name:
                facts.append(Fact(f"{base.class_name} derives from {base.name}", base.line))
                return name
        for module, line in outline.imports.items():
            name = test_framework_of(module)
            if name:
                facts.append(Fact(f"imports {module}", line))
                return name
        return ""
    name, line = web_framework(outline.imports)
    if name:
        facts.append(Fact(f"imports {name}", line))
    return name


def _test_kind(file: SourceFile, outline: Outline, facts: list[Fact]) -> str:
    level = ""
    for base in outline.bases:
        level = _level_in(base.origin.replace(".", "/"))
        if level:
            line = _import_or(outline, base)
            facts.append(Fact(f"{base.name} comes from {base.origin.rpartition('.')[0]}", line))
            break
    if not level:
        level = _level_in(file.inner)
        if level:
            facts.append(Fact(f"the path says {level}", 0))
    if not level:
        level = _level_of_helpers(outline, facts)
    regression = _regression(file, outline)
    if regression is not None:
        facts.append(regression)
    return " ".join(part for part in (level, "regression" if regression else "", "test") if part)


def _level_of_helpers(outline: Outline, facts: list[Fact]) -> str:
    """The level of the project's own test helpers. Functional tests also use helpers of unit tests,
    so the widest level counts."""
    found: dict[str, tuple[str, int]] = {}
    for module, line in outline.imports.items():
        if TEST_PARTS.intersection(module.split(".")):
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


def _regression(file: SourceFile, outline: Outline) -> Fact | None:
    """Why the test is one for a known defect: a docstring, a name or the path says so."""
    documented: list[tuple[ast.Module | ast.ClassDef | Function, int]] = [(file.tree, 1)]
    for definition in outline.classes:
        documented.append((definition, definition.lineno))
        documented += [(method, method.lineno) for method in methods_of(definition)]
    documented += [(function, function.lineno) for function in outline.functions]
    for node, _ in documented:
        docstring, line = docstring_of(node)
        match = _REGRESSION.search(docstring)
        if match is not None:
            return Fact(
                f"the docstring names {match.group()}",
                line + docstring[: match.start()].count("\n"),
            )
    for node, line in documented:
        if not isinstance(node, ast.Module) and _REGRESSION_NAME.search(node.name):
            return Fact(f"the name {node.name}", line)
    for part in reversed(file.inner.removesuffix(".py").split("/")):
        if _REGRESSION_NAME.search(part):
            return Fact(f"the path says {part}", 0)
    return None


def _author_words(file: SourceFile, outline: Outline, facts: list[Fact]) -> str:
    """The first sentence of the module's docstring, or of its only class or function's."""
    nodes: list[ast.Module | ast.ClassDef | Function] = [file.tree]
    if len(outline.classes) == 1:
        nodes += outline.classes
    elif not outline.classes and len(outline.functions) == 1:
        nodes += outline.functions
    for node in nodes:
        docstring, line = docstring_of(node)
        stripped = docstring.strip()
        if not stripped:
            continue
        sentence = " ".join(_SENTENCE_END.split(stripped, maxsplit=1)[0].split())
        sentence = file.redaction.said(sentence)  # before it is cut, so that no part is left
        if len(sentence) > _LONGEST_QUOTE:
            sentence = sentence[:_LONGEST_QUOTE].rpartition(" ")[0] + " ..."
        line += docstring[: len(docstring) - len(docstring.lstrip())].count("\n")
        facts.append(Fact(f'the author says: "{sentence}"', line))
        return f'; in the author\'s words: "{sentence}" (line {line})'
    return ""
