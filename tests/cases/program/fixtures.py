# file: setup.cfg
# file: shop.py
class Shop:
    def open(self):
        pass

    def client(self):
        return Client()


class Client:
    def get(self):
        pass
# file: tests/conftest.py
import pytest
from shop import Shop


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture(scope="session")
def lent():
    made = Shop()
    yield made
    made.open()
# file: tests/unit/test_shop.py
import pytest


@pytest.fixture
def client(shop):
    reveal_callees(shop.client())  # callees: shop.Shop.client
    return shop.client()


def test_it(shop, lent, client, monkeypatch):
    reveal_callees(shop.open())  # callees: shop.Shop.open
    reveal_callees(lent.open())  # callees: shop.Shop.open
    reveal_callees(client.get())  # callees: shop.Client.get
    reveal_callees(monkeypatch.setattr("a", "b"))  # callees: ?


class TestShop:
    def test_more(self, shop):
        reveal_callees(shop.open())  # callees: shop.Shop.open


def helper(shop):
    reveal_callees(shop.open())  # callees: ?
