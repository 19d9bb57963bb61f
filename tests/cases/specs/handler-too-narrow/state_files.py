# path: depot/state.py
import configparser
import errno
import json
import pickle
import tomllib

import yaml


class Roster:
    def __init__(self, path):
        self.path = path

    def load(self):
        try:
            with open(self.path) as stream:
                return json.load(stream)
        # found: CWE-755
        except OSError:
            return {}

    def load_by_code(self):
        try:
            with open(self.path) as stream:
                data = json.load(stream)
        # found: CWE-755
        except IOError as error:
            if error.errno != errno.ENOENT:
                raise
            data = {}
        return data

    def load_guarded(self):
        try:
            with open(self.path) as stream:
                return json.load(stream)
        # handled: CWE-755
        except (OSError, ValueError):
            return {}

    def load_in_two_clauses(self):
        try:
            with open(self.path) as stream:
                return json.load(stream)
        # handled: CWE-755
        except OSError:
            return {}
        except json.JSONDecodeError:
            return {}

    def load_and_tell(self):
        try:
            with open(self.path) as stream:
                return json.load(stream)
        except OSError as error:
            raise RuntimeError("no roster") from error

    def save(self, data):
        with open(self.path, "w") as stream:
            json.dump(data, stream)


class Cache:
    def __init__(self, path):
        self.path = path

    def load(self):
        try:
            with open(self.path, "rb") as stream:
                return pickle.load(stream)
        # found: CWE-755
        except FileNotFoundError:
            return None

    def load_any(self):
        try:
            with open(self.path, "rb") as stream:
                return pickle.load(stream)
        # handled: CWE-755
        except (OSError, pickle.PickleError, EOFError):
            return None

    def store(self, value):
        with open(self.path, mode="wb") as stream:
            pickle.dump(value, stream)


class Settings:
    """A person writes this file: the error of a broken one is for that person."""

    def load(self, path):
        try:
            with open(path, "rb") as stream:
                return tomllib.load(stream)
        except FileNotFoundError:
            return {}

    def load_yaml(self, path):
        try:
            with open(path) as stream:
                return yaml.safe_load(stream)
        except (OSError, yaml.YAMLError):
            return {}


class Journal:
    def __init__(self, folder):
        self.name = folder / "journal"

    def read(self):
        try:
            with open(self.name) as stream:
                text = stream.read()
            return parsed(text)
        # found: CWE-755
        except OSError:
            return []

    def read_guarded(self):
        try:
            with open(self.name) as stream:
                return parsed(stream.read())
        # handled: CWE-755
        except (OSError, ValueError):
            return []

    def write(self, entries):
        with open(self.name, "w") as stream:
            stream.write(json.dumps(entries))


def parsed(text):
    return json.loads(text)
