"""How much of a program is looked at: the bounds of types, calls and callers, in things.

Where one is reached the answer has a hole with a reason: what was left out is not known.
"""

from __future__ import annotations

from typing import Final

from assay.program.silence import limit

FLOW_RULES: Final = (
    "command-injection",
    "code-injection",
    "template-injection",
    "sql-injection",
    "nosql-injection",
    "ldap-injection",
    "xpath-injection",
    "cross-site-scripting",
    "header-injection",
    "log-injection",
    "csv-injection",
    "path-traversal",
    "server-side-request-forgery",
    "open-redirect",
    "unsafe-deserialisation",
    "xml-external-entities",
    "trust-boundary",
    "regex-injection",
    "mass-assignment",
    "prompt-injection",
    "format-string",
    "unrestricted-upload",
)
"""The rules of `injection.toml`, in its order: they alone ask for callers."""

_TYPE_RULES: Final = (
    *FLOW_RULES,
    "resource-leak",
    "temporary-file-left",
    "object-abandoned",
    "unchecked-none",
    "error-handling",
)
"""Those that ask what a call runs or what an object is, and that a limit of that changes most."""

CALLER_FILES: Final = limit(
    "callers.files", 40, "files that name a function and are read for its callers", *FLOW_RULES
)
CALLER_SITES: Final = limit("callers.sites", 200, "calls of one function", *FLOW_RULES)
VALUES: Final = limit("types.values", 8, "kinds of things that one value may be", *_TYPE_RULES)
BASES: Final = limit("types.bases", 1_000, "bases of a class, inherited ones too", *_TYPE_RULES)
SUBCLASSES: Final = limit(
    "types.subclasses", 64, "classes below one that may override a method", *_TYPE_RULES
)
TARGETS: Final = limit("calls.targets", 8, "methods that one call may run", *_TYPE_RULES)
GUESSED_PLACES: Final = limit(
    "guesses.places", 12, "classes in which a method of a name is looked for", *_TYPE_RULES
)
GUESSED_CLASSES: Final = limit(
    "guesses.classes", 8, "classes that an object may be of, by the names of its methods",
    *_TYPE_RULES,
)  # fmt: skip
GIVEN_SITES: Final = limit(
    "parameters.sites", 16, "calls that tell what a parameter is", *_TYPE_RULES
)
GIVEN_FILES: Final = limit(
    "parameters.files", 4, "other files whose calls tell what a constructor is given", *_TYPE_RULES
)
TEMPLATE_STEPS: Final = limit(
    "templates.steps", 60_000, "parts of a template that are looked at", "cross-site-scripting"
)
TEMPLATE_OUTPUTS: Final = limit(
    "templates.outputs", 4_000, "values that a template prints", "cross-site-scripting"
)
TEMPLATE_DEPTH: Final = limit(
    "templates.depth", 14, "templates and macros in each other", "cross-site-scripting"
)
TEMPLATE_CHAIN: Final = limit(
    "templates.chain", 10, "layouts that a template extends", "cross-site-scripting"
)
TEMPLATE_FLOWS: Final = limit(
    "templates.flows", 64, "values that a variable of a template may be", "cross-site-scripting"
)
