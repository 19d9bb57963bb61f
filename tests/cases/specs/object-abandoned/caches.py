# path: depot/caches.py
from depot.locking import Lock


class Cache:
    def __init__(self, path, version):
        self.path = path
        # found: CWE-459
        self.open()
        if version != 1:
            raise ValueError(path)

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class GuardedCache:
    def __init__(self, path, version):
        self.path = path
        # handled: CWE-459
        self.open()
        try:
            if version != 1:
                raise ValueError(path)
        except BaseException:
            self.close()
            raise

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class WrongGuard:
    def __init__(self, path, version):
        self.path = path
        # found: CWE-459
        self.open()
        try:
            if version != 1:
                raise ValueError(path)
        except BaseException:
            self.log("refused")
            raise

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class ClosedFirst:
    def __init__(self, path, version):
        self.path = path
        # handled: CWE-459
        self.open()
        if version != 1:
            self.close()
            raise ValueError(path)

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class ReleasedFirst:
    def __init__(self, path, version):
        self.path = path
        # handled: CWE-459
        self.open()
        if version != 1:
            self.lock.release()
            raise ValueError(path)

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class CheckedBefore:
    def __init__(self, path, version):
        if version != 1:
            raise ValueError(path)
        self.path = path
        # clean: CWE-459
        self.open()

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class TwoStepsDown:
    def __init__(self, path, version):
        self.path = path
        # found: CWE-459
        self.prepare()
        if version != 1:
            raise ValueError(path)

    def prepare(self):
        self.open()

    def open(self):
        self.link = connect(self.path)

    def close(self):
        self.link.close()


class Request:
    def __init__(self, coroutine, session):
        self._coroutine = coroutine
        self._session = session

    async def __aenter__(self):
        # found: CWE-459
        self._response = await self._coroutine
        return self._response

    async def __aexit__(self, *details):
        self._response.close()
        await self._session.close()


class GuardedRequest:
    # handled: CWE-459
    async def __aenter__(self):
        try:
            self._response = await self._coroutine
        except BaseException:
            await self._session.close()
            raise
        return self._response

    def __init__(self, coroutine, session):
        self._coroutine = coroutine
        self._session = session

    async def __aexit__(self, *details):
        self._response.close()
        await self._session.close()


class OnExceptionOnly:
    async def __aenter__(self):
        try:
            # found: CWE-459
            self._response = await self._coroutine
        except Exception:  # cancellation passes it by
            await self._session.close()
            raise
        return self._response

    def __init__(self, coroutine, session):
        self._coroutine = coroutine
        self._session = session

    async def __aexit__(self, *details):
        self._response.close()
        await self._session.close()


class CallerMayClose:
    def __init__(self, coroutine, session):
        self._coroutine = coroutine
        self._session = session

    async def __aenter__(self):
        self._response = await self._coroutine
        return self._response

    async def close(self):
        await self._session.close()

    async def __aexit__(self, *details):
        await self.close()


class EnteredInTurn:
    def __init__(self, client):
        self._client = client

    async def __aenter__(self):
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *details):
        await self._client.__aexit__(*details)


class Remote:
    def __init__(self, address):
        # found: CWE-459
        self._connect(address)
        if self.version < 2:
            raise RuntimeError("too old")

    def _connect(self, address):
        self.link = connect(address)

    def close(self):
        self.link.close()


class Session:
    def __init__(self, link):
        self._link = link

    def __enter__(self):
        # found: CWE-459
        self._log_in()
        return self

    def __exit__(self, *details):
        self._link.close()


class GuardedSession:
    def __init__(self, link):
        self._link = link

    # handled: CWE-459
    def __enter__(self):
        try:
            self._log_in()
        except BaseException:
            self._link.close()
            raise
        return self

    def __exit__(self, *details):
        self._link.close()


class OfTheRightKind:
    def __init__(self, path, version):
        self.path = path
        # handled: CWE-459
        self.open()
        try:
            if version != 1:
                raise ValueError(path)
        except ValueError:
            self.lock.release()
            raise

    def open(self):
        self.lock = Lock(self.path).acquire()

    def close(self):
        self.lock.release()


class Client:
    def __init__(self, connection):
        self._connection = connection

    # clean: CWE-459
    def __enter__(self):
        self._connection.connect()
        return self

    def __exit__(self, *details):
        self._connection.close()


class Login:
    def __init__(self, connection):
        self._connection = connection

    def __enter__(self):
        self._connection.connect()
        # found: CWE-459
        self._connection.login()
        return self

    def __exit__(self, *details):
        self._connection.close()
