# path: depot/on_purpose.py
"""What lasts as long as the process, holds nothing, or cannot be lost by what stands there."""

import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import warnings
import zipfile

import requests


def daemonize():
    os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdin.fileno())
    output = os.open(os.devnull, os.O_RDWR)
    os.dup2(output, 1)


def put_back_later(work):
    # handled: CWE-772
    saved = os.dup(1)
    try:
        # found: CWE-772
        output = os.open(os.devnull, os.O_RDWR)
        os.dup2(output, 1)
        work()
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def onto_another(number):
    # found: CWE-772
    output = os.open(os.devnull, os.O_RDWR)
    os.dup2(output, number)


def redirected(first, second):
    source = open(first)
    # handled: CWE-772
    target = open(second, "a")
    os.dup2(source.fileno(), sys.stdin.fileno())
    os.dup2(target.fileno(), sys.stdout.fileno())


def one_of_them_redirected(first, second):
    # found: CWE-772
    source = open(first)
    # handled: CWE-772
    target = open(second, "a")
    os.dup2(target.fileno(), sys.stdout.fileno())


def told_by_a_signal(serve):
    # unseen: CWE-772 sender
    sender, receiver = socket.socketpair()

    def stop(number, frame):
        sender.close()

    signal.signal(signal.SIGTERM, stop)
    serve(receiver)
    receiver.close()


def shared_with_nobody(serve, ready):
    # found: CWE-772
    sender, receiver = socket.socketpair()
    ready()
    sender.close()
    receiver.close()


def of_a_new_file(mode):
    # handled: CWE-772
    descriptor, path = tempfile.mkstemp()
    return os.fdopen(descriptor, mode)


def of_any_file(path, mode):
    # found: CWE-772
    descriptor = os.open(path, os.O_RDWR)
    return os.fdopen(descriptor, mode)


def names_of(path):
    # handled: CWE-772
    archive = zipfile.ZipFile(path)
    with warnings.catch_warnings():
        names = [info.filename for info in archive.infolist()]
    archive.close()
    return names


def first_of(path, name):
    # found: CWE-772
    archive = zipfile.ZipFile(path)
    content = archive.read(name)
    archive.close()
    return content


def without(path, known, name):
    # handled: CWE-772
    stream = open(path)
    del known[name]
    stream.close()


def any_of(folder, wanted):
    return any(filter(wanted, os.scandir(folder)))


def details_of(folder, details):
    return [details(entry) for entry in os.scandir(folder)]


def piped_in_one_case(command, quiet, work):
    output = None
    if quiet:
        output = subprocess.PIPE
    # unseen: CWE-772 which arguments it is called with
    process = subprocess.Popen(command, stdout=output)
    if quiet:
        return process.communicate()
    work()
    return None


def piped_in_every_case(command, quiet, work):
    output = subprocess.PIPE
    # found: CWE-772
    process = subprocess.Popen(command, stdout=output)
    if quiet:
        return process.communicate()
    work()
    return None


class Tube:
    def close(self):
        # handled: CWE-772
        stream = getattr(self, "stream", None)
        if stream:
            stream.close()


class Pipe(Tube):
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path)

    def close(self):
        super().close()


class Other(Tube):
    def __init__(self, path):
        # found: CWE-772
        self.source = open(path)

    def close(self):
        super().close()


class Case:
    def keep(self, resource):
        self.resources.append(resource)
        return resource

    def pass_through(self, resource):
        self.resource = None
        return resource

    def kept(self, address):
        # handled: CWE-772
        stream = socket.socket()
        self.keep(stream)
        stream.connect(address)

    def not_kept(self, address):
        # found: CWE-772
        stream = socket.socket()
        self.pass_through(stream)
        stream.connect(address)


def as_a_default(address):
    # unseen: CWE-772 connect
    def connect(stream=socket.socket()):
        stream.connect(address)
        stream.close()

    return connect


def fetched(source):
    try:
        data = source.read()
    except ValueError as error:
        return None, error
    return 200, io.BytesIO(data)


def in_memory(source, work):
    _, stream = fetched(source)
    return stream


def used_in_memory(source, work):
    stream = in_memory(source, work)
    work(stream)
    stream.close()


def archive_in_memory(source, work):
    stream = in_memory(source, work)
    return zipfile.ZipFile(stream).namelist()


def from_somewhere(source, work):
    # found: CWE-772
    stream = source.whatever()
    stream.work()
    stream.close()


def session_for(account):
    session = requests.Session()
    session.headers = {"account": account}
    return session


def names_in(session):
    return session.get("https://example.org/").text


def of_an_account(account):
    return names_in(session_for(account))


def of_nobody(account):
    # found: CWE-772
    session = requests.Session()
    session.headers = {"account": account}
    return session.get("https://example.org/")


def member_of(path):
    # handled: CWE-772
    with tarfile.open(path) as archive:
        stream = archive.extractfile("version")
        version = stream.read()
        stream.close()
    return version


def until_told(library, serve):
    loop = library.MainLoop()
    serve(loop.context)
    loop.run()
    loop.quit()
