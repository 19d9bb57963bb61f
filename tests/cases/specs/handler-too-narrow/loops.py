# path: depot/collect.py
import json
import logging
import pickle

LOG = logging.getLogger(__name__)


def collect(paths):
    found = []
    for path in paths:
        try:
            with open(path) as stream:
                found.append(json.load(stream))
        # found: CWE-755
        except OSError:
            LOG.warning("%s is left out", path)
    return found


def collect_guarded(paths):
    found = []
    for path in paths:
        try:
            with open(path) as stream:
                found.append(json.load(stream))
        # handled: CWE-755
        except (OSError, ValueError):
            LOG.warning("%s is left out", path)
    return found


def collect_under_another(paths):
    found = []
    for path in paths:
        try:
            try:
                with open(path) as stream:
                    found.append(json.load(stream))
            # handled: CWE-755
            except OSError:
                LOG.warning("%s is left out", path)
        # clean: CWE-755
        except ValueError:
            LOG.warning("%s is broken", path)
    return found


def first_of(paths):
    """No item follows after a `try` that stands behind the loop."""
    path = None
    for path in paths:
        if path.endswith(".json"):
            break
    try:
        with open(path) as stream:
            return json.load(stream)
    except OSError:
        return None


def first_that_can_be_read(paths):
    """A search: what is behind a broken file is not wanted."""
    for path in paths:
        try:
            with open(path) as stream:
                return json.load(stream)
        except OSError:
            LOG.warning("%s is left out", path)
    return None


def configured(paths):
    """Files of which it does not matter whether they are there: those who wrote them are told."""
    found = {}
    for path in paths:
        try:
            with open(path) as stream:
                found.update(json.load(stream))
        except OSError:
            pass
    return found


def only_known_errors(paths):
    found = []
    for path in paths:
        try:
            # unexpected errors are raised to the caller
            with open(path) as stream:
                found.append(json.load(stream))
        # handled: CWE-755
        except OSError:
            LOG.warning("%s is left out", path)
    return found


def only_text(paths):
    total = 0
    for path in paths:
        try:
            with open(path) as stream:
                total += len(stream.read())
        # clean: CWE-755
        except OSError:
            LOG.warning("%s is left out", path)
    return total


def messages(queue):
    for message in queue:
        try:
            yield pickle.loads(message)
        # clean: CWE-755
        except ConnectionError:
            LOG.warning("one message is lost")


def replies(connection, commands):
    # found: CWE-755
    connection.parse_response("_")
    errors = []
    for number, _ in enumerate(commands):
        try:
            connection.parse_response("_")
        except ResponseError as error:
            errors.append((number, error))
    return errors


def replies_with_a_guard(connection, commands):
    errors = []
    try:
        connection.parse_response("_")
    except ResponseError as error:
        errors.append((0, error))
    for number, _ in enumerate(commands):
        try:
            connection.parse_response("_")
        # clean: CWE-755
        except ResponseError as error:
            errors.append((number, error))
    return errors


class ResponseError(Exception):
    pass
