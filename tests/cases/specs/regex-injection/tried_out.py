import re

from flask import request


def check():
    pattern = request.args["pattern"]
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(pattern) from error
    # found: CWE-730
    used = re.compile(pattern)
    # found: CWE-730
    return used, re.compile(pattern)
