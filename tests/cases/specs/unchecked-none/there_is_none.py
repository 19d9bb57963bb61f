"""A test that says there is none, and a use behind it all the same."""

import argparse
import re
import shutil

TAG = re.compile("a(b)")


def goes_on(line):
    m = TAG.match(line)
    if m:
        print("good")
    # found: CWE-476
    return m.group(1)


def uses_inside_and_behind(line):
    m = TAG.match(line)
    if m is not None:
        print(m.group(1))
    # found: CWE-476
    print(m.group(0))


def says_so_and_goes_on(line, log):
    m = TAG.search(line)
    if not m:
        log.warning("no tag in %s", line)
    # found: CWE-476
    return m.start()


def says_so_in_the_other_arm(line):
    m = TAG.search(line)
    if m is not None:
        return m.end()
    else:
        # found: CWE-476
        return m.start()


def within_a_block(line, path):
    m = TAG.search(line)
    if m is None and path:
        print("no tag")
    with open(path) as stream:
        # found: CWE-476
        return stream.read(m.start())


def in_an_expression(line):
    m = TAG.match(line)
    first = m.group(0) if m else ""
    # found: CWE-476
    return first + m.group(1)


def program(name):
    path = shutil.which(name)
    if path is None:
        print("not installed")
    # found: CWE-476
    return path.strip()


def in_each_round(lines):
    for line in lines:
        m = TAG.match(line)
        if not m:
            print("no tag")
        # found: CWE-476
        yield m.group(1)


def returns(line):
    # handled: CWE-476
    m = TAG.match(line)
    if m:
        return m.group(1)
    return ""


def leaves_first(line):
    # handled: CWE-476
    m = TAG.match(line)
    if not m:
        raise ValueError(line)
    return m.group(1)


def next_round(lines):
    for line in lines:
        # handled: CWE-476
        m = TAG.match(line)
        if m is None:
            continue
        yield m.group(1)


def another_value(line):
    # handled: CWE-476
    m = TAG.match(line)
    if not m:
        # handled: CWE-476
        m = TAG.match("ab")
        assert m
    return m.group(1)


def parser_ends(line):
    parser = argparse.ArgumentParser()
    # handled: CWE-476
    m = TAG.match(line)
    if not m:
        parser.error("no tag")
    return m.group(1)


def takes_the_error(line):
    # handled: CWE-476
    m = TAG.match(line)
    if not m:
        print("no tag")
    try:
        return m.group(1)
    except AttributeError:
        return ""


def both_tests(line):
    # handled: CWE-476
    m = TAG.match(line)
    if m:
        print("good")
    if m and m.group(1):
        return True
    return False


def last_of_a_loop(lines):
    for line in lines:
        # unseen: CWE-476
        m = TAG.match(line)
        if m:
            break
    return m.group(1)


def a_flag_that_follows(line):
    found = False
    # unseen: CWE-476
    m = TAG.match(line)
    if m:
        found = True
    if found:
        return m.group(1)
    return ""


def somebody_else_ends(line, bail_out):
    # unseen: CWE-476 whether bail_out() returns
    m = TAG.match(line)
    if not m:
        bail_out("no tag")
    return m.group(1)
