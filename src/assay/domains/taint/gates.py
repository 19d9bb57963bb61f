"""Why the rules about outside data say nothing of a sink, or less than found.

Gates of entries stand at the first line of a function, and again at the sinks that its parameters
reach; those of sinks and of flows at the line of the sink, with its rule where that is known.
"""

from __future__ import annotations

from typing import Final

from assay.program.limits import FLOW_RULES
from assay.program.silence import excused, not_a_site, not_known

RULES: Final = FLOW_RULES
"""The rules of `injection.toml`."""

FOLLOWING: Final = (*RULES, "regex-backtracking")
"""Those that ask where data comes from: a slow expression is one on outside data alone."""

# Where data comes from

ENTRY_NOT_IMPORTED: Final = excused(
    "entry.not-imported",
    "the function has the name or the decorator of an entry point, and its file does not import"
    " the framework",
    *FOLLOWING,
)
ENTRY_BASE: Final = excused(
    "entry.base",
    "methods of that name are entry points in classes of a framework, and its class derives from"
    " none that is known",
    *FOLLOWING,
)
ENTRY_PARAMETER: Final = excused(
    "entry.parameter", "the entry point has outside data in other parameters alone", *FOLLOWING
)
ENTRY_INJECTED: Final = excused(
    "entry.injected", "the framework fills the parameter by a call of the program", *FOLLOWING
)
ROUTED_NUMBER: Final = excused(
    "entry.routed-number", "the route lets nothing but a number into the parameter", *FOLLOWING
)
ANNOTATED_NUMBER: Final = excused(
    "entry.annotated-number", "the annotation of a parameter says a number or a date", *FOLLOWING
)
THREAT_MODEL: Final = excused(
    "source.threat-model", "data of this kind is trusted in this threat model", *FOLLOWING
)
SERVED: Final = excused(
    "source.served",
    "it comes from who starts the program, and the file serves requests of others",
    *FOLLOWING,
)
FIXED_ROUTE: Final = excused(
    "source.fixed-route", "it is a part of the address, which the route of the function fixes",
    *FOLLOWING,
)  # fmt: skip

# What is a sink

NOT_IMPORTED: Final = not_a_site(
    "sink.not-imported",
    "what it is called on is not known, and its file does not import a library that has a"
    " dangerous method of that name",
    *RULES,
)
RECEIVER: Final = not_a_site(
    "sink.receiver",
    "what it is called on is not known, and a library that its file imports has a dangerous method"
    " of that name",
    *RULES,
)
RECEIVER_NAME: Final = not_a_site(
    "sink.receiver-name", "what it is called on has not the name of such an object", *RULES
)
NO_SUCH_TEXT: Final = not_a_site(
    "sink.looks", "as far as its text is constant, it is not one that the sink reads", *RULES
)
OPTION_UNKNOWN: Final = not_a_site(
    "sink.option", "an option that would make it dangerous has a value that is not known", *RULES
)
OPTION_OF_CALLERS: Final = not_a_site(
    "sink.option-of-callers",
    "callers give the option that would make it dangerous, and none in view gives both",
    *RULES,
)
ONLY_TRIED: Final = not_a_site(
    "sink.only-tried", "the expression is compiled and not kept", "regex-injection"
)
OTHER_TYPE: Final = not_a_site(
    "sink.other-type", "the response is given another type than HTML", "cross-site-scripting"
)
RETURNS_AN_OBJECT: Final = not_a_site(
    "sink.returned-object",
    "what the entry point returns is an object or data, and no text",
    "cross-site-scripting",
)
TEMPLATE_NOT_IN_VIEW: Final = not_a_site(
    "sink.template", "the template that it prints is not in view", "cross-site-scripting"
)

# What reaches it

CALLERS: Final = not_known(
    "flow.callers", "its callers decide what it is given, and not all of them are in view", *RULES
)
CALLEE: Final = not_known(
    "flow.callee", "a call that is not in view decides what becomes of the data", *RULES
)
DEPENDS: Final = not_known(
    "flow.depends", "something that is never in view decides whether it is dangerous", *RULES
)
OVER_BUDGET: Final = not_known("flow.budget", "the function is too large to be followed", *RULES)
CALLERS_GIVE_NOTHING: Final = excused(
    "flow.callers-give-nothing",
    "the callers in view are all, and give it no outside data that can do harm",
    *RULES,
)
TEST_CALLS: Final = excused(
    "flow.test-calls", "what a test gives it is no data of the program", *RULES
)
TYPICAL_CALLERS: Final = excused(
    "flow.typical-callers",
    "not all callers are known, and those that are give it no outside data",
    *RULES,
)
NOTHING_KNOWN: Final = excused(
    "flow.nothing-known", "nothing is known of what it is given, so that no source is", *RULES
)
LIBRARY_HANDLES: Final = excused(
    "flow.library-handles", "the way in which it is called makes it safe", *RULES
)
STARTED: Final = excused(
    "flow.started",
    "who starts the program may name its files, hosts and commands",
    *FOLLOWING,
)
WHOLE_FORM: Final = excused(
    "flow.whole-form", "it is the checked data of a form as a whole", *FOLLOWING
)
FIELD_OF_FORM: Final = excused(
    "flow.field-of-form", "the form does not declare the field as free text", *FOLLOWING
)
CLEAN_BY_NAME: Final = excused(
    "flow.clean-by-name",
    "a method of that name gives nothing of what it is called on or given",
    *FOLLOWING,
)
GUARD_BY_NAME: Final = excused(
    "flow.guard-by-name", "a function is taken for a guard by its name", *FOLLOWING
)
SANITISER_BY_NAME: Final = excused(
    "flow.sanitiser-by-name", "a method is taken for one that escapes by its name", *FOLLOWING
)
LOCAL_ORIGIN: Final = excused(
    "flow.local-origin",
    "the data comes from who runs the program, which weighs less than from a request",
    *RULES,
)

# Why data does no harm where it is put. The sentence is the reason that reports give.

ONE_OF_KNOWN: Final = excused("harmless.one-of-known", "one of a list of known values", *FOLLOWING)
CHECKED: Final = excused("harmless.checked", "it was checked or escaped", *FOLLOWING)
LETTERS_LEFT: Final = excused("harmless.letters", "only letters and digits are left", *FOLLOWING)
DIGITS_LEFT: Final = excused("harmless.digits", "only digits are left", "open-redirect")
QUOTED_LITERAL: Final = excused(
    "harmless.quoted-literal", "it is one quoted literal", "code-injection"
)
IN_SINGLE_QUOTES: Final = excused(
    "harmless.in-single-quotes",
    "no ' is left, and it stands between quotes",
    "sql-injection",
    "xpath-injection",
    "code-injection",
    "command-injection",
)
IN_DOUBLE_QUOTES: Final = excused(
    "harmless.in-double-quotes",
    'no " is left, and it stands between quotes',
    "sql-injection",
    "xpath-injection",
    "code-injection",
    "command-injection",
)
BETWEEN_QUOTES: Final = excused(
    "harmless.between-quotes",
    "no quote is left, and it stands between quotes",
    "command-injection",
    "cross-site-scripting",
)
QUOTES_HOLD: Final = excused(
    "harmless.quotes-hold", "nothing that ends the quotes is left", "command-injection"
)
NO_STARS: Final = excused("harmless.no-stars", "no parentheses or stars are left", "ldap-injection")
NO_SEPARATORS: Final = excused("harmless.no-separators", "no separators are left", "ldap-injection")
NO_SHELL: Final = excused(
    "harmless.no-special-characters",
    "no special characters of a shell are left",
    "command-injection",
)
NO_TAG: Final = excused("harmless.no-tag", "no tag can start", "cross-site-scripting")
NO_LINE_BREAKS: Final = excused(
    "harmless.no-line-breaks", "no line breaks are left", "header-injection", "log-injection"
)
NO_BRACES: Final = excused(
    "harmless.no-braces", "no braces are left", "format-string", "template-injection"
)
NO_OPERATORS: Final = excused("harmless.no-operators", "no operators are left", "regex-injection")
NO_FORMULA: Final = excused("harmless.no-formula", "no formula can start", "csv-injection")
OPEN_FILE: Final = excused(
    "harmless.open-file", "it is an open file, and no path", "path-traversal"
)
IN_ITS_FOLDER: Final = excused(
    "harmless.in-its-folder", "it cannot leave its folder", "path-traversal"
)
ONE_NAME: Final = excused(
    "harmless.one-name", "it is one name without separators", "path-traversal"
)
ONE_ARGUMENT: Final = excused(
    "harmless.one-argument",
    "it is one argument of a list, and no shell reads it",
    "command-injection",
)
NO_QUERY_OPERATORS: Final = excused(
    "harmless.text-alone", "it is a text, which brings no operators", "nosql-injection"
)
OTHER_KEY: Final = excused(
    "harmless.other-key",
    "its key does not say who somebody is or what they may do",
    "trust-boundary",
)
NO_EXTENSION: Final = excused(
    "harmless.no-extension", "no extension is left", "unrestricted-upload"
)
EXTENSION_CHECKED: Final = excused(
    "harmless.extension-checked", "its extension was checked", "unrestricted-upload"
)
HOST_FIXED: Final = excused(
    "harmless.host-fixed", "the host is fixed", "server-side-request-forgery", "open-redirect"
)
HOST_ELSEWHERE: Final = excused(
    "harmless.host-elsewhere",
    "the host comes from elsewhere",
    "server-side-request-forgery",
    "open-redirect",
)
NO_SECOND_SLASH: Final = excused(
    "harmless.no-second-slash", "no second slash can follow the first", "open-redirect"
)
BELOW_CURRENT: Final = excused(
    "harmless.below-current", "it is a path below the current one", "open-redirect"
)
ONE_SLASH: Final = excused("harmless.one-slash", "it starts with one slash", "open-redirect")
NO_OTHER_HOST: Final = excused(
    "harmless.no-other-host", "no other host can be named", "open-redirect"
)
