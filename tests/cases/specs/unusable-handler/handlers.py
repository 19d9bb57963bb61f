# path: depot/handlers.py
import contextlib
import errno
import threading
from contextlib import contextmanager

import libvirt
from depot.openstack.common import excutils

NOT_THERE = 404
ERRORS = (OSError, ValueError)
GUARD = threading.Lock()


class APIError(Exception):
    pass


class Session:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None


@contextmanager
def quiet():
    yield


def features(connection):
    try:
        return connection.features()
    # found: CWE-755
    except libvirt.VIR_ERR_NO_SUPPORT:
        return None


def features_by_code(connection):
    try:
        return connection.features()
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_SUPPORT:
            raise
        return None


def delete(client, name):
    try:
        client.delete(name)
    # found: CWE-755
    except errno.ENOENT:
        pass
    # clean: CWE-755
    except APIError as error:
        # found: CWE-755
        with excutils.save_and_reraise_exception as context:
            context.reraise = error.code != NOT_THERE


def delete_safely(client, name):
    try:
        client.delete(name)
    # clean: CWE-755
    except APIError as error:
        with excutils.save_and_reraise_exception() as context:
            context.reraise = error.code != NOT_THERE


def read(client, name):
    try:
        return client.read(name)
    # found: CWE-755
    except NOT_THERE:
        return None
    except ERRORS:
        return b""


def read_one(client, name):
    try:
        return client.read(name)
    # found: CWE-755
    except KeyError or OSError:
        return None


def read_both(client, name):
    try:
        return client.read(name)
    # clean: CWE-755
    # clean: CWE-755
    except (KeyError, OSError):
        return None


def read_as_told(client, name, errno):
    try:
        return client.read(name)
    except errno.ERROR:
        return None


def hold(job):
    # found: CWE-755
    with threading.Lock:
        job()
    with GUARD:
        job()


def calm(job):
    # found: CWE-755
    with quiet:
        job()
    with quiet():
        job()


def together(job):
    # found: CWE-755
    with Session as session:
        job(session)
    with Session() as session:
        job(session)


def drop(job):
    with contextlib.suppress(OSError):
        job()
    # found: CWE-755
    with contextlib.ExitStack as stack:
        stack.callback(job)


def last(job):
    try:
        job()
    # clean: CWE-755
    except TimeoutError:
        raise
    # clean: CWE-755
    except BaseException:
        raise
