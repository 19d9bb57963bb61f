# path: depot/mail.py
"""Mail and storage connections of a service."""

import asyncio
import os
import smtplib
import socket
from http.client import HTTPSConnection

import redis


def send(message):
    # found: CWE-1051
    with smtplib.SMTP("10.3.4.17") as server:
        server.send_message(message)


def send_by_name(message):
    # found: CWE-1051
    relay = "mail.depot.internal"
    with smtplib.SMTP(relay) as server:
        server.send_message(message)


def probe():
    # found: CWE-1051
    with socket.create_connection(("172.16.8.9", 4000), timeout=2) as sock:
        return sock.recv(1)


def fetch():
    # found: CWE-1051
    connection = HTTPSConnection("api.depot.com")
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def cache():
    # found: CWE-1051
    return redis.Redis(host="cache1.depot.lan", port=6379)


async def follow():
    # found: CWE-1051
    reader, writer = await asyncio.open_connection("node7", 9000)
    try:
        return await reader.read()
    finally:
        writer.close()


def configured(message, settings):
    with smtplib.SMTP(settings.mail_host) as server:
        server.send_message(message)


def from_environment(message):
    # clean: CWE-1051
    with smtplib.SMTP(os.environ.get("MAIL_HOST", "localhost")) as server:
        server.send_message(message)


def loopback():
    # clean: CWE-1051
    return redis.Redis(host="127.0.0.1")


def documentation():
    # clean: CWE-1051
    return redis.Redis(host="192.0.2.7")


def reserved_name():
    # clean: CWE-1051
    return redis.Redis(host="cache.example.com")


def printed():
    # clean: CWE-1051
    print("node2")


def compared(host):
    # clean: CWE-1051
    return host == "intranet.depot.com"


def no_hosts():
    return ["1.2.3", "version2", "a.b", "README.md", "host", "os.path"]
