"""Files, closed in several ways; what is left in the folder is printed."""

import os
import os.path
import shutil
import tempfile
from contextlib import closing


def write(folder, name, text):
    path = os.path.join(folder, name)
    stream = open(path, "w", encoding="utf-8")
    try:
        stream.write(text)
    finally:
        stream.close()
    return path


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def lengths(paths):
    total = 0
    for path in paths:
        total += len(read(path))
    return total, [len(read(path)) for path in paths if path.endswith("txt")]


def first_line(path):
    stream = open(path, encoding="utf-8")
    with closing(stream):
        line = stream.readline()
    return line.strip(), stream.closed


def missing(path):
    try:
        stream = open(path, encoding="utf-8")
    except FileNotFoundError as error:
        print("missing", os.path.basename(error.filename))
        return None
    except (OSError, ValueError):
        print("other")
        raise
    else:
        text = stream.read()
        stream.close()
        return text


def main():
    folder = tempfile.mkdtemp()
    try:
        one = write(folder, "one.txt", "first\nsecond\n")
        two = write(folder, "two.log", "third")
        print(read(one), read(two), lengths([one, two]))
        print(first_line(one), missing(os.path.join(folder, "none")))
        if (size := os.path.getsize(one)) > 5:
            print("large", size)
        print(sorted(os.listdir(folder)))
    finally:
        shutil.rmtree(folder)
    print(os.path.exists(folder))
