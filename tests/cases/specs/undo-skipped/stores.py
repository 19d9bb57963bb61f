# path: depot/stores.py
import contextlib


class Store:
    def between(self, items):
        # found: CWE-460
        self.backend.open()
        for key, item in items:
            self.backend.put(key, item)
        self.backend.close()

    def in_finally(self, items):
        # handled: CWE-460
        self.backend.open()
        try:
            for key, item in items:
                self.backend.put(key, item)
        finally:
            self.backend.close()

    def another_one(self, items):
        # found: CWE-460
        self.backend.open()
        try:
            self.backend.put(items)
        except BaseException:
            self.other.close()
            raise
        self.backend.close()

    def on_failure(self, items):
        # handled: CWE-460
        self.backend.open()
        try:
            self.backend.put(items)
        except BaseException:
            self.backend.close()
            raise
        self.backend.close()

    def handled_and_returned(self):
        try:
            # found: CWE-460
            self.connect()
            self.compare()
            self.disconnect()
            return True
        except OSError:
            self.log("failed")
        return False

    def handled_with_finally(self):
        try:
            # handled: CWE-460
            self.connect()
            self.compare()
            return True
        except OSError:
            self.log("failed")
        finally:
            self.disconnect()
        return False

    def by_the_owner(self, items):
        # handled: CWE-460
        self.backend.open()
        try:
            self.backend.put(items)
            self.backend.close()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.backend.close()

    def volume(self, server, volume):
        # found: CWE-460
        server.attach_volume(volume)
        self.fill(server)
        server.detach_volume(volume)

    def volume_guarded(self, server, volume):
        # handled: CWE-460
        server.attach_volume(volume)
        try:
            self.fill(server)
        finally:
            server.detach_volume(volume)

    def another_volume(self, server, volume, second):
        server.attach_volume(volume)
        self.fill(server)
        server.detach_volume(second)

    def registered(self, items):
        with contextlib.ExitStack() as stack:
            # handled: CWE-460
            self.backend.open()
            stack.callback(self.backend.close)
            self.backend.put(items)

    async def cancelled(self, items):
        # found: CWE-460
        await self.backend.connect()
        try:
            await self.backend.put(items)
        except Exception:
            await self.backend.disconnect()
            raise
        await self.backend.disconnect()

    async def cancelled_and_undone(self, items):
        # handled: CWE-460
        await self.backend.connect()
        try:
            await self.backend.put(items)
        finally:
            await self.backend.disconnect()


class Lock:
    async def acquire(self):
        try:
            # found: CWE-460
            self.acquire_nowait()
        except LookupError:
            event = self.wait()
            try:
                await event
            except BaseException:
                self.release()
                raise
        else:
            await checkpoint()

    async def acquire_guarded(self):
        try:
            # handled: CWE-460
            self.acquire_nowait()
        except LookupError:
            event = self.wait()
            try:
                await event
            except BaseException:
                self.release()
                raise
        else:
            try:
                await checkpoint()
            except BaseException:
                self.release()
                raise


def nothing_between(backend):
    # handled: CWE-460
    backend.open()
    backend.close()


def one_of_two(self, message):
    if message == "start":
        self.start()
    if message == "count":
        self.count(message)
    if message == "stop":
        self.stop()


def displays(self, items):
    self.progress.start()
    self.copy(items)
    self.progress.stop()


def result_is_used(target):
    stream = target.open("w")
    stream.write("x")
    target.close()


def one_of_many(self, servers):
    for server in servers:
        server.start()
    self.fill(servers)
    for server in servers:
        server.stop()


def begun_anew(self):
    while True:
        if self.is_due():
            self.start()
            self.spawn()
        elif self.is_over():
            self.stop()


def ended_in_each_turn(self):
    while True:
        # found: CWE-460
        self.start()
        self.spawn()
        self.stop()


def closed_in_a_handler(self, data):
    # handled: CWE-460
    self.connect()
    try:
        self.send(data)
    except OSError:
        self.answer()
        self.close()
        raise


def first_that_connects(addresses, failed):
    stream = None
    for address in addresses:
        stream = make(address)
        try:
            stream.connect(address)
            break
        except OSError:
            stream.close()
            stream = None
    if stream is None:
        raise failed

    def end():
        stream.close()

    return end
