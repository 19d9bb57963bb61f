"""Every idiom that gives the resource back on every way out."""

import atexit
import contextlib
import io
import mmap
import ntpath
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from logging import debug
from urllib.request import urlopen


def with_statement(path):
    # handled: CWE-772
    with open(path) as stream:
        return stream.read()


def with_on_a_name(path):
    # handled: CWE-772
    stream = open(path)
    with stream:
        return stream.read()


def with_two(first, second):
    # handled: CWE-772
    # handled: CWE-772
    with open(first) as source, open(second, "w") as target:
        target.write(source.read())


def finally_with_none(path):
    stream = None
    try:
        # handled: CWE-772
        stream = open(path)
        return stream.read()
    finally:
        if stream is not None:
            stream.close()


def finally_truth(path):
    stream = None
    try:
        # handled: CWE-772
        stream = open(path)
        return stream.read()
    finally:
        if stream:
            stream.close()


def close_and_raise(address):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def close_on_os_error(address):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def undone_by_flag(path):
    # handled: CWE-772
    stream = open(path, "w")
    done = False
    try:
        stream.write("x")
        done = True
    finally:
        if not done:
            stream.close()
    return stream


def closing(url):
    # handled: CWE-772
    with contextlib.closing(urlopen(url)) as response:
        return response.read()


def exit_stack(paths):
    with contextlib.ExitStack() as stack:
        # handled: CWE-772
        return [stack.enter_context(open(path)).read() for path in paths]


def callback(path):
    with contextlib.ExitStack() as stack:
        # handled: CWE-772
        stream = open(path)
        stack.callback(stream.close)
        return stream.read()


def at_exit(path):
    # handled: CWE-772
    stream = open(path)
    atexit.register(stream.close)


def descriptor_into_file(data):
    # handled: CWE-772
    descriptor, path = tempfile.mkstemp()
    # handled: CWE-772
    with os.fdopen(descriptor, "w") as stream:
        stream.write(data)
    return path


def communicated(command):
    # handled: CWE-772
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    return process.communicate()[0]


def pooled(jobs):
    # handled: CWE-772
    with ThreadPoolExecutor() as pool:
        return list(pool.map(str, jobs))


def first_that_answers(addresses):
    for family, address in addresses:
        sock = None
        try:
            # handled: CWE-772
            sock = socket.socket(family)
            sock.connect(address)
            return sock
        except OSError:
            if sock is not None:
                sock.close()
    return None


class Journal:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path, "a")

    def close(self):
        self.stream.close()


class JournalTest(unittest.TestCase):
    def test_opened(self):
        # handled: CWE-772
        stream = open("journal")
        self.addCleanup(stream.close)
        self.assertTrue(stream.read())


@contextlib.contextmanager
def opened(path):
    # handled: CWE-772
    stream = open(path)
    try:
        yield stream
    finally:
        stream.close()


class Console:
    def __init__(self, path):
        # unseen: CWE-772 the owner of self._stream
        self._stream = sys.stdout = open(path, "w")

    def close(self):
        pass


def cursor_of(path):
    # clean: CWE-772
    connection = sqlite3.connect(path)
    return connection.cursor()


def in_memory_only():
    connection = sqlite3.connect(":memory:")
    return connection.execute("select 1").fetchone()


def key_of_a_register(path, pending):
    # unseen: CWE-772 the owner of pending[]
    pending[open(path)] = path


def beside_an_argument(path, guess):
    # unseen: CWE-772 respond
    return respond(open(path), guess(path))


def tested_kind(path):
    # handled: CWE-772
    descriptor = os.open(path, os.O_RDONLY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    # handled: CWE-772
    with os.fdopen(descriptor) as stream:
        return stream.read()


def decorated_between(path, register):
    # handled: CWE-772
    stream = open(path)

    @register.hook
    def hook():
        return path

    with stream:
        return hook, stream.read()


def translated_between(path, ports):
    # handled: CWE-772
    stream = open(path)
    log.msg(_("opened"))
    count = int(ports <= 0)
    base = ntpath.basename(path)
    with stream:
        return count, base, stream.read()


class Report:
    def write(self, path, lines):
        # handled: CWE-772
        with open(path, "w") as self.stream:
            self.stream.writelines(lines)

    def close(self):
        self.lines = []


def in_a_buffer(data):
    buffer = io.BytesIO(data)
    archive = zipfile.ZipFile(buffer)
    return archive.namelist()


def opened_or_given(source, read):
    try:
        # handled: CWE-772
        stream = open(source)
    except TypeError:
        stream = source
    try:
        return read(stream)
    finally:
        if stream != source:
            stream.close()


def redirected(path):
    # handled: CWE-772
    stream = open(path)
    os.dup2(stream.fileno(), 0)


def with_on_a_pipe(command):
    # handled: CWE-772
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    with process.stdout:
        return process.stdout.read()


def all_of_a_list(descriptors):
    for descriptor in descriptors:
        os.close(descriptor)


def closed_in_a_list():
    # handled: CWE-772
    descriptor = os.open(os.devnull, os.O_WRONLY)
    all_of_a_list([descriptor])


def interrupted(path, load):
    # handled: CWE-772
    stream = open(path)
    try:
        load(stream)
    except KeyboardInterrupt:
        raise
    except Exception:
        print("corrupt")
    stream.close()


def on_a_condition(path, log, keep, run):
    # unseen: CWE-772 the condition of line 284
    stream = open(path)
    if log and stream not in keep:
        stream.close()
    run()


class Pager:
    def start(self):
        try:
            # handled: CWE-772
            self.process = subprocess.Popen(["less"], stdin=subprocess.PIPE)
        except OSError:
            self.process = None

    def close(self):
        self.process.stdin.close()


class Server:
    def notify(self, address):
        # unseen: CWE-772 the owner of self.control
        self.control = socket.create_connection(address)

    def disconnect(self, peer):
        self.peers.remove(peer)


class Remote:
    def __init__(self, address):
        # handled: CWE-772
        self._link = socket.create_connection(address)

    @property
    def link(self):
        if self._link is None:
            raise ValueError("closed")
        return self._link

    def close(self):
        self.link.close()


def opened_by_connecting(host):
    # clean: CWE-772
    connection = HTTPConnection(host)
    connection.connect()
    return connection


def anonymous_map(fill, size):
    area = mmap.mmap(-1, size)
    fill(area)
    return area


SIZE = 8192


def with_a_constant(path):
    # handled: CWE-772
    descriptor = os.open(path, os.O_RDONLY)
    # handled: CWE-772
    with os.fdopen(descriptor, "rb", SIZE) as stream:
        return stream.read()


def of_a_kind(path, search):
    area = None
    try:
        # handled: CWE-772
        area = open(path)
        search(area)
    finally:
        if area and isinstance(area, io.IOBase):
            area.close()


def below_zero(path, size):
    # handled: CWE-772
    descriptor = os.open(path, os.O_RDWR)
    if descriptor < 0:
        raise OSError("not open")
    os.close(descriptor)


def beside_a_method(command, encode):
    # handled: CWE-772
    return subprocess.Popen(command, stdin=subprocess.PIPE).communicate(encode(command))


def argument_of_the_end(command, encode):
    # handled: CWE-772
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    return process.communicate(encode(command))


def logged_by_a_function(path):
    # handled: CWE-772
    stream = open(path)
    debug("opened")
    with stream:
        return stream.read()


def of_somebody_else():
    stream = open(0, closefd=False)
    return stream.read()


def names_of(folder):
    # clean: CWE-772
    return [entry.name for entry in os.scandir(folder)]


def command_line(path, load):
    # clean: CWE-772
    stream = open(path)
    load(stream.read())
    stream.close()
    sys.exit(0)
