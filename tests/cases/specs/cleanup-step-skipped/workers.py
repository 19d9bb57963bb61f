# path: depot/workers.py
import contextlib
import os


class Worker:
    def run(self):
        try:
            self.work()
        finally:
            notify(self.listeners)
            # found: CWE-404
            self.loop.close()

    def run_guarded(self):
        try:
            self.work()
        finally:
            try:
                notify(self.listeners)
            finally:
                # handled: CWE-404
                self.loop.close()

    def run_and_log(self):
        try:
            self.work()
        finally:
            try:
                notify(self.listeners)
            except Exception:
                self.log.exception("not notified")
            # handled: CWE-404
            self.loop.close()

    def run_wrong_handler(self):
        try:
            self.work()
        finally:
            try:
                notify(self.listeners)
            except KeyError:
                self.log.exception("not notified")
            # found: CWE-404
            self.loop.close()

    def first_things_first(self):
        try:
            self.work()
        finally:
            self.loop.close()
            notify(self.listeners)

    def needed_by_the_step(self):
        try:
            self.work()
        finally:
            loop = current_loop(self)
            loop.close()

    def puts_back(self, saved, copy):
        try:
            self.work()
        finally:
            os.dup2(saved, 1)
            os.close(saved)

    def close(self):
        self.stream.flush()
        # found: CWE-404
        self.stream.close()

    def shutdown(self):
        try:
            self.stream.flush()
        finally:
            # handled: CWE-404
            self.stream.close()

    def disconnect(self):
        with contextlib.suppress(OSError):
            self.stream.flush()
        # handled: CWE-404
        self.stream.close()

    def stop(self):
        self.reader.close()
        self.writer.close()

    def describe(self):
        self.stream.flush()
        self.stream.close()

    async def aclose(self):
        await self.farewell()
        # found: CWE-404
        self.transport.close()

    async def close_run(self, run):
        await run.close()
        # found: CWE-404
        self.runs.remove(run)

    async def close_run_guarded(self, run):
        try:
            await run.close()
        finally:
            # handled: CWE-404
            self.runs.remove(run)

    async def close_another(self, run, other):
        await other.close()
        self.runs.remove(run)

    def rollback_migration(self, instance):
        self.network.setup(instance)
        # found: CWE-404
        self.driver.rollback_migration(instance)

    def rollback_guarded(self, instance):
        try:
            self.network.setup(instance)
        finally:
            # handled: CWE-404
            self.driver.rollback_guarded(instance)

    def __exit__(self, *details):
        self.progress.refresh()
        self.progress.close()

    def terminate(self, pid):
        self.stream.flush()
        os.kill(pid, 15)

    def cleanup(self, process):
        try:
            process.wait(timeout=5)
        except TimeoutError:
            process.kill()
        os.unlink(self.path)

    def stop(self):
        self.loop.add_callback(self.drain)
        self.socket.close()

    def shutdown(self):
        self.transport.write(b"bye")
        self.transport.close()

    def shutdown_file(self):
        self.stream.write(b"bye")
        self.stream.close()

    def disconnect(self):
        self.stream.write(b"bye")
        # found: CWE-404
        self.stream.close()

    def unlocked_first(self, descriptor):
        try:
            self.work()
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def logged_first(self, ui):
        try:
            self.work()
        finally:
            ui.note("cleaning up")
            shutil.rmtree(self.folder)

    def told_first(self, peer):
        try:
            self.work()
        finally:
            peer.tell("cleaning up")
            # found: CWE-404
            shutil.rmtree(self.folder)

    def made_later(self, profiler, path):
        try:
            self.work()
        finally:
            profiler.dump(path)
            stream = open(path)
            try:
                profiler.show(stream)
            finally:
                # handled: CWE-404
                stream.close()

    def of_a_lock(self):
        try:
            self.lock.acquire()
        finally:
            self.log()
            self.lock.release()

    def progress_told(self, log_progress):
        try:
            self.work()
        finally:
            log_progress("removing the folder")
            shutil.rmtree(self.folder)

    def terminate(self, view):
        view.setup_consolehandler(self)
        self.folder.cleanup()

    def shutdown(self, view):
        view.setup_console(self)
        # found: CWE-404
        self.folder.cleanup()
