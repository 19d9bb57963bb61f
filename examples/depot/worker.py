"""Makes previews in the background and tells the owners of uploads about them."""

import asyncio
import logging

from depot.pictures import PictureError, scale

LOG = logging.getLogger(__name__)


class Worker:
    """Takes uploads from a queue until it is stopped."""

    def __init__(self, queue, storage, mailer):
        self.queue = queue
        self.storage = storage
        self.mailer = mailer
        self.running = True

    def run(self):
        """The loop of the worker; one bad upload must not end it."""
        while self.running:
            upload = self.queue.get()
            try:
                self.process(upload)
            except Exception:
                LOG.exception("upload %s is skipped", upload.name)

    def process(self, upload):
        """Make the preview of one upload and mail its owner."""
        try:
            preview = scale(upload, 320, 240)
        except PictureError as error:
            LOG.warning("no preview of %s: %s", upload.name, error)
            return
        self.storage.store_small(preview, self.storage.preview_folder(upload.day))
        self.notify(upload)

    def notify(self, upload):
        """Mail the owner and count the mail."""
        try:
            self.mailer.send(upload.owner, f"{upload.name} is ready")
            self.mailer.count(upload.owner)
        except Exception:
            pass

    def size_limit(self, text):
        """The limit that an owner has set, 0 for none."""
        try:
            return int(text)
        except:
            return 0

    def forget(self, upload):
        """Drop an upload from the queue's table, where it may have been dropped already."""
        try:
            del self.queue.table[upload.name]
        except KeyError:
            pass

    def owner_of(self, upload):
        """The record of an upload's owner."""
        try:
            owner = self.queue.owners.lookup(upload.owner_id)
        except LookupError:
            LOG.info("owner %s is unknown", upload.owner_id)
        return owner

    def hand_over(self, upload, target):
        """Give an upload to another worker; whether that went well."""
        accepted = False
        try:
            target.accept(upload)
            accepted = True
        finally:
            target.release()
            return accepted


async def watch(worker, interval):
    """Report the length of the queue at an interval until cancelled."""
    while True:
        try:
            await asyncio.sleep(interval)
            LOG.info("%d uploads wait", worker.queue.qsize())
        except BaseException:
            LOG.exception("the watch goes on")


async def heartbeat(worker, interval):
    """Touch the worker's record at an interval until cancelled."""
    while True:
        try:
            await asyncio.sleep(interval)
            await worker.storage.touch()
        except asyncio.CancelledError:
            raise
        except BaseException:
            LOG.exception("no heartbeat")
