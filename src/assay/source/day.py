"""The day of a run, which decides whether something has expired.

SOURCE_DATE_EPOCH=0 ...      today() == "1970-01-01"
"""

import os
import time
from typing import Final

_VARIABLE: Final = "SOURCE_DATE_EPOCH"
_LATEST: Final = 253_402_300_799  # the last second of the year 9999


def today() -> str:
    """Year, month and day in UTC, as ISO 8601 writes them: that of SOURCE_DATE_EPOCH where it is
    set to a number of seconds, as reproducible builds do, else that of the clock.
    """
    text = os.environ.get(_VARIABLE, "")
    given = text.isascii() and text.isdigit() and len(text) < 13
    seconds = min(int(text), _LATEST) if given else int(time.time())
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
