"""Acquired and given to nobody."""

import json
import os
import pickle
import socket
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from urllib.request import urlopen


def inline_read(path):
    # found: CWE-772
    return open(path).read()


def passed_to_a_borrower(path):
    # found: CWE-772
    return pickle.load(open(path, "rb"))


def iterated(path):
    # found: CWE-772
    return [line.strip() for line in open(path)]


def loop_over_response(url):
    # found: CWE-772
    response = urlopen(url)
    return json.load(response)


def descriptor_dropped():
    # found: CWE-772
    _, path = tempfile.mkstemp()
    return path


def descriptor_by_index():
    # found: CWE-772
    path = tempfile.mkstemp()[1]
    return path


def connection_in_with(path):
    # found: CWE-772
    with sqlite3.connect(path) as connection:
        return connection.execute("select 1").fetchall()


def devnull_for_a_child(command):
    # found: CWE-772
    return subprocess.call(command, stdout=open(os.devnull, "w"))


def output_of(command):
    # found: CWE-772
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    return process.stdout.read()


def in_a_loop(paths):
    total = 0
    for path in paths:
        # found: CWE-772
        total += len(open(path).read())
    return total


def cursor_by_a_variable(path):
    # found: CWE-772
    connection = sqlite3.connect(path)
    connection.execute("select 1")
    cursor = connection.execute("select 2")
    return cursor.fetchall()


def decorator_that_runs(path, runner):
    # found: CWE-772
    stream = open(path)
    runner(lambda: path)
    stream.close()


def in_memory_by_a_variable(name):
    # found: CWE-772
    connection = sqlite3.connect(name)
    return connection.execute("select 1").fetchone()


def in_a_file(stream):
    # found: CWE-772
    archive = zipfile.ZipFile(stream)
    return archive.namelist()


class Report:
    def write(self, path, lines):
        # found: CWE-772
        self._stream = open(path, "w")
        self._stream.writelines(lines)

    def close(self):
        self.lines = []


def descriptor_redirected(path):
    # found: CWE-772
    stream = open(path)
    os.dup2(0, stream.fileno())


class Server:
    def notify(self, address):
        # found: CWE-772
        self.control = socket.create_connection(address)

    def disconnect(self):
        self.peers.clear()


class Forgetting:
    def start(self):
        try:
            # found: CWE-772
            self.stream = open(self.path)
            self.stream.seek(4)
        except OSError:
            self.stream = None

    def close(self):
        self.stream.close()


def one_of_a_list(descriptors):
    return len(descriptors)


def kept_in_a_list():
    # found: CWE-772
    descriptor = os.open(os.devnull, os.O_WRONLY)
    one_of_a_list([descriptor])


def of_another_kind(path):
    # found: CWE-772
    stream = open(path)
    try:
        stream.read()
    finally:
        if isinstance(stream, str):
            stream.close()


def above_zero(path):
    # found: CWE-772
    descriptor = os.open(path, os.O_RDWR)
    if descriptor >= 0:
        raise OSError("open")
    os.close(descriptor)


def of_its_own():
    # found: CWE-772
    stream = open(0, closefd=True)
    return stream.read()


def first_of(folder):
    # found: CWE-772
    return next(os.scandir(folder)).name


def sometimes_a_command(path, load, done):
    # found: CWE-772
    stream = open(path)
    load(stream.read())
    stream.close()
    if done:
        sys.exit(0)


def argument_before_the_end(command, encode):
    # found: CWE-772
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    text = encode(command)
    return process.communicate(text)
