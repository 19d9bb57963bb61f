"""Errors that are raised, caught, renamed, passed on and returned."""

import json


class Broken(Exception):
    def __init__(self, text, code=3):
        super().__init__(text)
        self.code = code


def number(text):
    try:
        return int(text)
    except ValueError:
        return None


def strict(text):
    try:
        value = json.loads(text)
        size = len(value)
    except (ValueError, TypeError) as error:
        raise Broken(f"bad: {text}", code=7) from error
    finally:
        print("tried", text)
    return size


def counted(texts):
    failures = 0
    seen = []
    for text in texts:
        try:
            seen.append(strict(text))
        except Broken as error:
            failures += 1
            print("failed", error, error.code, type(error.__cause__).__name__)
        except:
            print("anything")
            raise
        else:
            print("fine")
    return failures, seen


def nested(steps):
    try:
        try:
            steps[0]()
        except KeyError:
            print("inner")
            steps[1]()
    except Exception as error:
        message = repr(error)
        print("outer", message)
        return message
    return "none"


def fail(kind):
    raise kind("told")


def loops(values):
    for value in values:
        try:
            result = 10 // value
        except ZeroDivisionError:
            continue
        if result > 4:
            break
        print("result", result)
    else:
        print("no break")
    return value


def main():
    print(number("4"), number("x"))
    print(counted(["[1, 2]", "{", "5", '"abc"']))
    print(nested([lambda: fail(KeyError), lambda: fail(IndexError)]))
    print(nested([lambda: fail(OSError), None]), nested([print, None]))
    print(loops([0, 5, 4]), loops([0, 1, 2]))
    strict("[")
