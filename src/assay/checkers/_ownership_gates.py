"""Why the checkers of owned things say nothing of an acquisition, or less than found."""

from __future__ import annotations

from typing import Final

from assay.program.silence import excused, not_a_site, not_known

_RULES: Final = ("resource-leak", "temporary-file-left")

IN_CLOSURE: Final = not_known(
    "owned.in-closure", "it is shared with a function inside, which may give it back", *_RULES
)
HANDED_ON: Final = not_known(
    "owned.handed-on", "it is handed to a call that is not in view and may have taken it", *_RULES
)
IN_SOME_CASES: Final = not_known(
    "owned.in-some-cases", "it depends on arguments whether anything is acquired", *_RULES
)
ON_A_CONDITION: Final = not_known(
    "owned.on-a-condition", "the same way out is behind a release on a condition", *_RULES
)
BESIDE: Final = excused(
    "owned.beside",
    "what raises is another argument of the call that is given it, which has no name yet",
    *_RULES,
)
READ_TO_ITS_END: Final = excused(
    "owned.read-to-its-end", "it is read to its end, which gives it back", *_RULES
)
STANDARD_STREAM: Final = excused(
    "owned.standard-stream", "it becomes a standard stream of the process", *_RULES
)
EXPECTED_TO_FAIL: Final = excused(
    "owned.expected-to-fail", "a test expects the call to fail", *_RULES
)
SMALL_IN_A_TEST: Final = excused(
    "owned.small-in-a-test", "what a test leaves of this kind is of no account", *_RULES
)
TEST_FAILS: Final = excused("owned.test-fails", "it is lost only when the test fails", *_RULES)
PROCESS_ENDS: Final = excused(
    "owned.process-ends", "the function does not return, and ends the process", *_RULES
)
LIBRARY_ENDS_IT: Final = excused(
    "owned.library-ends-it", "it is of a kind that its library ends by itself", *_RULES
)
GIVEN_OUT_BY_MANY: Final = excused(
    "owned.given-out", "it is of little weight, and a function in view gives out many", *_RULES
)
LOST_BY_AN_ERROR: Final = excused(
    "owned.lost-by-an-error", "it is of little weight and lost only by an error", *_RULES
)
NOT_USED_YET: Final = excused(
    "owned.not-used-yet", "it is of little weight and returned before it is used", *_RULES
)
FINALISED: Final = excused(
    "owned.finalised", "its finaliser removes what the code leaves on some way", *_RULES
)
SHOWN: Final = excused(
    "owned.shown", "it is a result, whose name the user is told", "temporary-file-left"
)
USED_IN_A_SCRIPT: Final = not_a_site(
    "owned.used-in-a-script",
    "it is a resource by its use only, in a file whose process ends with what fails",
    "resource-leak",
)
USED_AND_NOT_RELEASED: Final = not_a_site(
    "owned.used-and-not-released", "nothing shows that it has to be given back", "resource-leak"
)
USED_AND_KEPT: Final = not_a_site(
    "owned.used-and-kept",
    "it is a resource by its use only, and is stored, returned or shared as well",
    "resource-leak",
)
USED_OTHERWISE: Final = not_a_site(
    "owned.used-otherwise",
    "it is a resource by its use only, and what raises does not work with it",
    "resource-leak",
)
USED_ON_A_CONDITION: Final = not_a_site(
    "owned.used-on-a-condition",
    "it is a resource by its use only, and is released on a condition",
    "resource-leak",
)
USED_IN_HANDLERS: Final = not_a_site(
    "owned.used-in-handlers",
    "it is a resource by its use only, and released in handlers alone",
    "resource-leak",
)

LIFE_OF_THE_PROCESS: Final = excused(
    "stored.module-variable", "a module variable keeps it for the life of the process", *_RULES
)
GIVEN_BACK_BY_NAME: Final = excused(
    "stored.given-back-by-name",
    "a call in the same class or file gives back what has the name it is stored under",
    *_RULES,
)
GIVEN_BACK_BY_THE_CLASS: Final = excused(
    "stored.given-back-by-the-class", "a method of the class gives the attribute back", *_RULES
)
BASE_NOT_IN_VIEW: Final = not_known(
    "stored.base-not-in-view", "a base of the class that keeps it is not in view", *_RULES
)
PUBLIC_ATTRIBUTE: Final = not_known(
    "stored.public-attribute",
    "the class has no method that ends it, and others may reach the attribute",
    *_RULES,
)
ATTRIBUTE_HANDED_ON: Final = not_known(
    "stored.handed-on", "the class hands on what the attribute holds", *_RULES
)
LASTING: Final = not_known(
    "stored.lasting", "things of this kind are kept for as long as the program runs", *_RULES
)
STORED_TWICE: Final = not_known("stored.twice", "it is stored in several places", *_RULES)
NOT_AN_ATTRIBUTE: Final = not_known(
    "stored.elsewhere", "it is stored in a container, or in what is not self", *_RULES
)
CALLER_OWNS_IT: Final = excused(
    "owned.returned", "it is returned to the caller, who owns it from there", *_RULES
)
CONSUMER_OWNS_IT: Final = excused(
    "owned.yielded", "it is yielded to the consumer, who owns it from there", *_RULES
)
