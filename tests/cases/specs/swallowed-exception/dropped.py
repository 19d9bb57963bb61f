# path: shop/volumes.py
import errno
import importlib
import logging
import os

LOG = logging.getLogger(__name__)


class Volumes:
    def __init__(self, store, keys):
        self.store = store
        self.keys = keys

    def delete(self, volume):
        try:
            self.keys.revoke(volume.key_id)
        # found: CWE-390
        except Exception:
            pass
        self.store.drop(volume.id)

    def publish(self, volumes):
        for volume in volumes:
            try:
                self.store.publish(volume)
            # found: CWE-390
            except Exception:
                continue

    def notify(self, queue, event):
        try:
            queue.connect()
            queue.send(event)
        # found: CWE-390
        except Exception as error:
            return

    def usage(self, volume):
        try:
            connection = self.store.connect(volume.host)
        # found: CWE-390
        except OSError:
            LOG.warning("no connection to %s", volume.host)
        return connection.usage(volume.id)

    def resize(self, volume, size):
        try:
            current = self.store.read(volume)
        # found: CWE-390
        except Exception:
            pass
        self.store.write(volume, current + size)

    def totals(self, volumes):
        for volume in volumes:
            try:
                size = int(volume.size)
            # found: CWE-390
            except ValueError:
                LOG.error("volume %s has no size", volume.id)
            yield volume.id, size

    def push(self, volume):
        try:
            self.store.lock(volume)
            try:
                self.store.push(volume)
            # found: CWE-390
            except (KeyError, Exception):
                pass
        finally:
            self.store.unlock(volume)

    def delete_all(self, volumes):
        for volume in volumes:
            try:
                self.store.drop(volume.id)
            # handled: CWE-390
            except Exception:
                LOG.exception("volume %s stays", volume.id)

    def known(self, volume):
        found = False
        try:
            record = self.store.find(volume)
            found = True
        # clean: CWE-390
        except LookupError:
            found = False
        if found:
            return record.name
        return ""

    def size(self, volume):
        size = 0
        try:
            size = self.store.size(volume)
        # clean: CWE-390
        except Exception:
            pass
        return size

    def driver(self, name):
        try:
            return self.store.driver(name)
        # clean: CWE-390
        except Exception:
            pass
        return self.store.default

    def must(self, volume):
        try:
            self.store.check(volume)
        # clean: CWE-390
        except KeyError as error:
            raise LookupError(volume.id) from error

    def maybe(self, volume):
        try:
            self.store.check(volume)
        # clean: CWE-390
        except KeyError:
            return False
        return True


def plugins(names):
    found = []
    for name in names:
        try:
            found.append(importlib.import_module(name))
        # clean: CWE-390
        except Exception:
            pass
    return found


def optional():
    try:
        import simplejson

        simplejson.register()
    # clean: CWE-390
    except Exception:
        pass


def working_folder():
    try:
        folder = os.getcwd()
    # clean: CWE-390
    except OSError:
        raise SystemExit(2)
    return folder


def reap(children):
    try:
        while children:
            children.remove(os.wait()[0])
    # found: CWE-390
    except OSError as error:
        if error.errno == errno.ECHILD:
            children.clear()


def reap_all(children):
    try:
        while children:
            children.remove(os.wait()[0])
    # clean: CWE-390
    except OSError as error:
        if error.errno != errno.ECHILD:
            raise


def reap_some(children):
    try:
        children.remove(os.wait()[0])
    # clean: CWE-390
    except OSError as error:
        if error.errno == errno.ECHILD:
            children.clear()
        else:
            raise
