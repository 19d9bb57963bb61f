# path: store/compute.py
# role: library
from store.virt import drivers, fake


class Manager:
    # found: CWE-16
    compute_driver = "fake.FakeDriver"
    # clean: CWE-16
    image_driver = "libvirt.LibvirtDriver"

    def __init__(self, driver):
        self.driver = driver
        # found: CWE-16
        self.volume_driver = fake.DummyVolumeDriver
        # clean: CWE-16
        self.network_driver = drivers.LinuxNetwork


class FakeManager:
    # clean: CWE-16
    compute_driver = "fake.FakeDriver"


class DevelopmentConfig:
    # handled: CWE-16
    MAIL_PROVIDER = "store.mail.StubProvider"


def connect():
    driver = drivers.Fake()
    return driver
