# path: shop/files.py
import os
import queue
import sys


def remove(path):
    try:
        os.remove(path)
    # handled: CWE-390
    except FileNotFoundError:
        pass


def drain(waiting):
    while True:
        try:
            waiting.get_nowait()
        # handled: CWE-390
        except queue.Empty:
            break


def close(connection):
    try:
        connection.close()
    # handled: CWE-390
    except OSError:
        pass


def abandon(process):
    try:
        process.kill()
        process.wait()
    # handled: CWE-390
    except Exception:
        pass


def warm_up(cache):
    try:
        cache.fill()
    # handled: CWE-390
    except Exception:
        # A cold cache is slow and not wrong.
        pass


def tell(client, event):
    # Telemetry is best effort: a failure must not reach the caller.
    try:
        client.post(event)
    # handled: CWE-390
    except Exception:
        pass


def value(mapping, key):
    try:
        mapping.refresh(key)
    # handled: CWE-390
    except (KeyError, AttributeError):
        pass


def silenced(cache):
    try:
        cache.fill()
    # found: CWE-390
    except Exception:  # noqa: BLE001
        pass


def stop(server):
    try:
        server.drain()
    # clean: CWE-390
    except Exception:
        pass


def usage():
    print("usage: files PATH")
    sys.exit(2)


def main(arguments):
    try:
        path = arguments[1]
    # clean: CWE-390
    except IndexError:
        usage()
    remove(path)


class Connection:
    def __del__(self):
        try:
            self.pool.give_back(self)
        # clean: CWE-390
        except Exception:
            pass


class Shell:
    def execute(self, line):
        try:
            self.run(line)
        # clean: CWE-390
        except Exception as error:
            self.show(error)
            raise

    def default(self, line):
        try:
            self.execute(line)
        # handled: CWE-390
        except Exception:
            pass

    def undo(self, unit):
        try:
            self.run(unit)
        # clean: CWE-390
        except Exception:
            try:
                self.forget(unit)
            # clean: CWE-390
            except Exception:
                pass
            raise
