# path: depot/search.py
import os
import re
import shutil
import sys
import xml.etree.ElementTree as ET

from depot.lookup import find_user, first_user, found_or_raised, user_or_none

TAG = re.compile(r"<(\w+)>")


def kind_of(lines):
    start = 0
    m = TAG.match(lines[start])
    last = len(lines) - 1
    while start < last and not m:
        start += 1
        m = TAG.match(lines[start])
    # found: CWE-476
    return m.group(1)


def kind_of_guarded(lines):
    start = 0
    # handled: CWE-476
    m = TAG.match(lines[start])
    last = len(lines) - 1
    while start < last and not m:
        start += 1
        # handled: CWE-476
        m = TAG.match(lines[start])
    if m is None:
        raise ValueError("no tag")
    return m.group(1)


def only_when_wanted(text, strict):
    # handled: CWE-476
    m = TAG.search(text)
    if m is None:
        raise ValueError(text)
    return m.group(1) if strict else m.group(0)


def tested_in_one_branch(text, strict):
    m = TAG.search(text)
    if strict:
        text = text.strip()
        if not m:
            raise ValueError(text)
    # found: CWE-476
    return m.group(1)


def under_the_same_condition(text, strict):
    # handled: CWE-476
    m = TAG.search(text)
    if strict:
        if not m:
            raise ValueError(text)
    if strict:
        return m.group(1)
    return text


def beside_the_same_condition(text, strict):
    # handled: CWE-476
    m = TAG.search(text)
    if strict and not m:
        raise ValueError(text)
    if strict:
        return m.group(1)
    return text


def tested_too_late(text):
    m = TAG.search(text)
    # missed: CWE-476
    name = m.group(1)
    if m:
        return name
    return ""


def one_of_two(text):
    # handled: CWE-476
    first = TAG.match(text)
    # handled: CWE-476
    second = TAG.search(text)
    if first or second:
        start = (first or second).start()
        if first:
            return first.group(1), start
        else:
            return second.group(1), start
    return None


def in_a_loop(texts, most):
    found = []
    for text in texts:
        m = TAG.search(text)
        if len(found) < most:
            print("searching")
            if m is None:
                continue
        # found: CWE-476
        found.append(m.group(1))
    return found


def set_before(text, loud):
    m = None
    try:
        m = TAG.search(text)
        print(m.group(1))
    finally:
        if m is not None:
            print(m.start())


def never_tested(text):
    """Its author may know that there is a tag."""
    m = TAG.search(text)
    return m.group(1)


def by_a_clause(text):
    # handled: CWE-476
    m = TAG.search(text)
    try:
        name = m.group(1)
    except AttributeError:
        name = ""
    if m:
        print(m.start())
    return name


def leaves_when_there_is_none(name):
    # handled: CWE-476
    path = shutil.which(name)
    if path is None:
        sys.exit(f"no {name}")
    return path.strip()


def environment(verbose):
    home = os.environ.get("DEPOT_HOME")
    if verbose:
        print("none" if home is None else home)
    # found: CWE-476
    return home.rstrip("/")


def element(tree: ET.Element, deep: bool):
    # handled: CWE-476
    found = tree.find("name")
    if found is None:
        return ""
    return found.text


def element_on_one_way(tree: ET.Element, deep: bool):
    found = tree.find("name")
    if deep:
        print(tree)
        if found is None:
            return ""
    # found: CWE-476
    return found.text


def of_the_project(name, greet):
    user = find_user(name)
    if greet:
        print("hello")
        if user:
            print(user.name)
    # found: CWE-476
    return user.name


def of_the_project_guarded(name):
    # handled: CWE-476
    user = user_or_none(name)
    return user.name if user is not None else ""


def that_raises(name, greet):
    user = found_or_raised(name)
    if greet:
        print("hello")
        if user:
            print(user.name)
    return user.name


def that_never_gives_none(name, greet):
    user = first_user(name)
    if greet:
        print("hello")
        if user:
            print(user.name)
    return user.name


def not_known(lookup, name, greet):
    user = lookup(name)
    if greet:
        print("hello")
        if user:
            print(user.name)
    return user.name
# file: depot/__init__.py
# file: depot/lookup.py
class User:
    def __init__(self, name):
        self.name = name


USERS = [User("ada")]


def find_user(name):
    for user in USERS:
        if user.name == name:
            return User(name)
    return None


def user_or_none(name) -> "User | None":
    return find_user(name)


def found_or_raised(name):
    user = find_user(name)
    if user is None:
        raise KeyError(name)
    return User(name)


def first_user(name):
    user = None
    if USERS:
        user = User(name)
        return user
    raise KeyError(name)
