# path: tests/test_shop.py
# role: test
import unittest


class ShopTest(unittest.TestCase):
    def test_order(self):
        order = self.shop.order("tea")
        try:
            self.assertEqual("tea", order.item)
            self.shop.pay(order)
        # found: CWE-390
        except Exception:
            pass

    def test_restart(self):
        try:
            self.shop.restart()
        # clean: CWE-390
        except Exception:
            pass
        self.assertTrue(self.shop.running)

    def test_stock(self):
        try:
            count = self.shop.stock("tea")
        # handled: CWE-390
        except KeyError:
            pass
        self.assertEqual(3, count)
