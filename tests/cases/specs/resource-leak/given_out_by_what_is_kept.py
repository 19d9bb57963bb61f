"""What an attribute gives out is not the attribute: closing a response does not close its session."""

import socket
import sqlite3
from contextlib import closing

import aiohttp
import httpx


class LendsResponses:
    def __init__(self):
        # found: CWE-772
        self._session = aiohttp.ClientSession()

    async def get(self, url):
        async with self._session.get(url) as response:
            return await response.text()


class ClosesResponses:
    def __init__(self):
        # found: CWE-772
        self._client = httpx.Client(timeout=3)

    def get(self, url):
        response = self._client.get(url)
        response.close()
        return response.status_code


class ClosesResponsesInClose:
    def __init__(self, urls):
        self._urls = urls
        # found: CWE-772
        self._client = httpx.Client(timeout=3)

    def ask(self):
        return [self._client.get(url).status_code for url in self._urls]

    def close(self):
        for url in self._urls:
            self._client.get(url).close()


class EndsTransactions:
    def __init__(self, path):
        # found: CWE-772
        self._db = sqlite3.connect(path)

    def delete(self):
        with self._db:
            self._db.execute("delete from t")


class EndsTheSession:
    def __init__(self):
        # handled: CWE-772
        self._session = aiohttp.ClientSession()

    async def get(self, url):
        async with self._session as session, session.get(url) as response:
            return await response.text()


class ClosesLater:
    def __init__(self):
        # handled: CWE-772
        self._client = httpx.Client(timeout=3)

    def get(self, url):
        with self._client.stream("GET", url) as response:
            return response.read()

    def close(self):
        self._client.close()


class ClosesItsConnection:
    def __init__(self, path):
        # handled: CWE-772
        self._db = sqlite3.connect(path)

    def run(self):
        with closing(self._db):
            self._db.execute("delete from t")


class ClosesBoth:
    def __init__(self, host):
        # handled: CWE-772
        self._reader = socket.create_connection((host, 1), 3)
        try:
            # handled: CWE-772
            self._writer = socket.create_connection((host, 2), 3)
        except BaseException:
            self._reader.close()
            raise

    def close(self):
        for number, each in enumerate((self._reader, self._writer)):
            print(number)
            each.close()


class ClosesAll:
    def __init__(self, host):
        # handled: CWE-772
        connection = socket.create_connection((host, 1), 3)
        self._all = [connection]

    def close(self):
        for each in self._all:
            each.close()
