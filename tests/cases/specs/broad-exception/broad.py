# path: shop/parsing.py
import json
import logging
import os
import sys
import traceback

LOG = logging.getLogger(__name__)


def port(text):
    try:
        return int(text)
    # found: CWE-396
    except:
        return 80


def price(text):
    try:
        value = float(text)
    # found: CWE-396
    except Exception:
        value = 0.0
    return value


def document(text):
    try:
        return json.loads(text)
    # found: CWE-396
    except Exception:
        return None


def make(folder):
    try:
        os.makedirs(folder)
    # found: CWE-396
    except Exception:
        pass


def entry(table, key):
    try:
        return table[key]
    # found: CWE-396
    except Exception:
        return None


class Worker:
    def run(self):
        while self.running:
            try:
                self.step()
            # found: CWE-396
            except BaseException:
                LOG.error("step failed")

    def loop(self):
        while self.running:
            try:
                self.step()
            # found: CWE-396
            except:
                self.failures += 1

    def records(self, names):
        for name in names:
            try:
                self.out.write(self.zone.record(name))
            # found: CWE-396
            except:
                pass

    def guarded(self):
        while self.running:
            try:
                self.step()
            # handled: CWE-396
            except Exception:
                LOG.exception("step failed")

    def traced(self):
        try:
            self.step()
        # handled: CWE-396
        except:
            traceback.print_exc()

    def detailed(self):
        try:
            self.step()
        # handled: CWE-396
        except Exception:
            LOG.error("step failed", exc_info=True)

    def undone(self):
        try:
            self.step()
        # handled: CWE-396
        except:
            self.undo()
            raise

    def converted(self):
        try:
            self.step()
        # handled: CWE-396
        except Exception as error:
            raise RuntimeError("step") from error

    def handed_on(self, future):
        try:
            future.set_result(self.step())
        # handled: CWE-396
        except BaseException as error:
            future.set_exception(error)

    def kept(self):
        try:
            self.step()
        # handled: CWE-396
        except:
            self.error = sys.exc_info()

    def stoppable(self):
        try:
            self.step()
        except (KeyboardInterrupt, SystemExit):
            raise
        # handled: CWE-396
        except:
            self.failures += 1

    def reset(self):
        try:
            self.step()
        # handled: CWE-396
        except Exception:
            with excutils.save_and_reraise_exception():
                self.undo()

    def told(self):
        try:
            self.step()
        # handled: CWE-396
        except:  # every error of a plug-in counts, interrupts among them
            self.failures += 1

    def ended(self):
        try:
            self.step()
        # handled: CWE-396
        except:
            LOG.error("step failed")
            sys.exit(1)

    def several(self):
        try:
            record = self.zone.record("www")
            self.out.write(record)
        # clean: CWE-396
        except Exception:
            self.failures += 1

    def unknown(self, name):
        try:
            return self.zone.record(name)
        # clean: CWE-396
        except Exception:
            return None

    def looked_up(self, name):
        try:
            value = getattr(self.zone, name)
        # clean: CWE-396
        except Exception:
            value = None
        return value

    def cleared(self):
        try:
            self.zone.clear()
            self.out.clear()
        # clean: CWE-396
        except Exception:
            LOG.warning("not cleared")

    def default(self, text):
        try:
            return self.parse(int(text))
        # clean: CWE-396
        except Exception:
            return 0

    def with_finally(self):
        try:
            self.step()
            self.rest()
        # found: CWE-396
        except:
            self.failures += 1
        finally:
            self.steps += 1

    def starts_with_try(self):
        try:
            self.step()
            self.rest()
        # handled: CWE-396
        except:
            try:
                self.undo()
            finally:
                raise

    def reported(self, text):
        try:
            return int(text)
        # clean: CWE-396
        except Exception:
            self.report(text)

    def excused(self, text):
        # Objects of plug-ins come here, and their conversion may raise whatever it likes.
        try:
            size = int(text)
        # handled: CWE-396
        except Exception:
            size = 0
        return size
