# path: depot/managers.py
import asyncio
import contextlib
import os
import tempfile


class TimeoutBlock:
    def __exit__(self, kind, error, trace):
        if self.cancelled:
            # found: CWE-755
            raise asyncio.TimeoutError
        self.handle.cancel()


class LookingTimeout:
    def __exit__(self, kind, error, trace):
        if kind is asyncio.CancelledError and self.cancelled:
            # handled: CWE-755
            raise asyncio.TimeoutError
        self.handle.cancel()


class AsyncLease:
    async def __aexit__(self, *given):
        if not await self.lease.release():
            # found: CWE-755
            raise LeaseError("lost")


class CarefulLease:
    async def __aexit__(self, *given):
        released = await self.lease.release()
        if given[0] is None and not released:
            # handled: CWE-755
            raise LeaseError("lost")


class Checked:
    def __exit__(self, kind, error, trace):
        if not self.entered:
            # clean: CWE-755
            raise RuntimeError("not entered")


class Closing:
    def __exit__(self, kind, error, trace):
        try:
            self.connection.close()
        except OSError as close_error:
            raise LeaseError("not closed") from close_error


class Counting:
    def __exit__(self, kind, error, trace):
        self.left += 1
        if self.left > self.most:
            # found: CWE-755
            raise LeaseError(f"left {self.left} times")


class Chained:
    def __exit__(self, kind, error, trace):
        if error is not None:
            # handled: CWE-755
            raise LeaseError("in the block") from error


class LeaseError(Exception):
    pass


@contextlib.contextmanager
def password_file(password):
    path = None
    try:
        handle, path = tempfile.mkstemp()
        os.write(handle, password)
        yield path
    # found: CWE-755
    except Exception as error:
        os.unlink(path)
        raise LeaseError(path) from error


@contextlib.contextmanager
def password_file_in_two_steps(password):
    try:
        handle, path = tempfile.mkstemp()
        os.write(handle, password)
    except Exception as error:
        raise LeaseError(password) from error
    try:
        yield path
    finally:
        os.unlink(path)


@contextlib.contextmanager
def connected(pool):
    connection = None
    try:
        connection = pool.connect()
        yield connection
    # found: CWE-755
    except:
        raise LeaseError("no connection")


@contextlib.contextmanager
def rolled_back(session):
    try:
        session.begin()
        yield session
    # handled: CWE-755
    except Exception:
        session.rollback()
        raise


@contextlib.contextmanager
def translated():
    try:
        yield
    # clean: CWE-755
    except Exception as error:
        raise LeaseError("in the block") from error


@contextlib.contextmanager
def told_by_name(session):
    try:
        session.begin()
        yield session
    # handled: CWE-755
    except Exception as error:
        session.rollback()
        raise error


@contextlib.contextmanager
def own_errors_pass(session):
    try:
        session.begin()
        yield session
    except LeaseError:
        raise
    # handled: CWE-755
    except Exception as error:
        raise LeaseError("no session") from error


class Asserting:
    def __exit__(self, kind, error, trace):
        assert not self.left


@contextlib.contextmanager
def named_only(session):
    try:
        session.begin()
        yield session
    except OSError as error:
        raise LeaseError("no session") from error


@contextlib.asynccontextmanager
async def leased(lock):
    try:
        await lock.take()
        yield lock
    # found: CWE-755
    except BaseException as error:
        raise LeaseError("not taken") from error


@contextlib.contextmanager
def quiet(session):
    try:
        session.begin()
        yield session
    # handled: CWE-755
    except Exception:
        session.rollback()
