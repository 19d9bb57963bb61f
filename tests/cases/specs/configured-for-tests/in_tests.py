# path: store/tests/functional/check_resize.py
# role: test
from store.tests import base
from store.tests import drivers


class ResizeTestCase(base.FunctionalTestCase):
    # handled: CWE-16
    compute_driver = 'fake.FakeFailingDriver'
    # handled: CWE-16
    IMAGE_BACKEND = drivers.FakeImageBackend

    def setUp(self):
        super().setUp()
        # handled: CWE-16
        self.flags(scheduler_driver='dummy_scheduler')
        # handled: CWE-16
        self.app.config["TESTING"] = True
        # handled: CWE-16
        self.conf.set_override('driver', 'noop')
        # handled: CWE-16
        self.config = {'storage': 'tests.InMemoryStorage'}
        # clean: CWE-16
        self.network_driver = 'store.network.LinuxDriver'
