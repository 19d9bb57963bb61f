# path: depot/across_functions.py
"""What functions and classes in view do with what they are passed, and what they return."""

import contextlib
import socket
from http.client import HTTPConnection


def read_line(sock):
    return sock.recv(80)


def finish(sock):
    sock.close()


def dressed(sock):
    sock.settimeout(2)
    return sock


class Recorder:
    def __init__(self, stream):
        self.stream = stream

    def close(self):
        self.stream.close()


class Display:
    def __init__(self, stream):
        self.stream = stream

    def show(self, text):
        self.stream.write(text)


class Link(HTTPConnection):
    pass


def borrowed(address):
    # found: CWE-772
    sock = socket.create_connection(address)
    return read_line(sock)


def given_back(address):
    # handled: CWE-772
    sock = socket.create_connection(address)
    finish(sock)


def passed_through(address):
    # found: CWE-772
    sock = dressed(socket.create_connection(address))
    sock.sendall(b"x")


def owned_by_a_class(path):
    # handled: CWE-772
    return Recorder(open(path))


def owned_by_nobody(path):
    # found: CWE-772
    return Display(open(path))


def connect(address):
    # clean: CWE-772
    sock = socket.create_connection(address)
    sock.settimeout(2)
    return sock


def returned_and_dropped(address):
    # found: CWE-772
    connect(address).sendall(b"x")


def returned_and_closed(address):
    # handled: CWE-772
    with connect(address) as sock:
        sock.sendall(b"x")


def of_a_class(host):
    # found: CWE-772
    link = Link(host)
    link.request("GET", "/")


def of_a_class_closed(host):
    # handled: CWE-772
    link = Link(host)
    try:
        link.request("GET", "/")
    finally:
        link.close()


def unknown(address, target):
    # unseen: CWE-772 target.take
    sock = socket.create_connection(address)
    target.take(sock)


def leave(status):
    print("cannot go on")
    raise SystemExit(status)


def leave_or_not(status):
    if status:
        raise SystemExit(status)


def exit_with(status):
    leave_or_not(1)
    raise SystemExit(status)


def ended_by_a_function_in_view(path):
    # clean: CWE-772
    stream = open(path)
    exit_with(2)
    return stream.read()


def read_all(stream):
    with contextlib.closing(stream) as source:
        return source.read()


def closed_by_closing(path):
    # handled: CWE-772
    return read_all(open(path))
