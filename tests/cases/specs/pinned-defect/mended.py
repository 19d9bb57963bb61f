# path: store/tests/functional/regressions/check_bug_98765.py
# role: test
from store.tests import base


class ResizeCleanupTestCase(base.UsageTestCase):
    def test_resize_failure(self):
        server = self._boot('alpha')
        # The allocation was reverted before bug 98765 was fixed.
        target = self._usage('beta')
        self.assertUsageMatches(
            self.flavor2, server['id'], target)

    def test_plain_todo(self):
        # clean: CWE-459
        # TODO(ann): use the new helper here
        self.assertEqual(1, self._usage('beta'))

    def test_reference_without_code(self):
        # clean: CWE-459
        # FIXME(ann): see bug 98765
        target = self._usage('beta')
        self.assertEqual(1, target)

    def test_prose_that_looks_like_code(self):
        # clean: CWE-459
        # FIXME: bug 123 the server
        # stopped
        # and (later) came back
        self.assertEqual(1, self._usage('beta'))

    def test_commented_out_without_a_note(self):
        # self.assertEqual(2, self._usage('gamma'))
        self.assertEqual(1, self._usage('beta'))

    def test_todo_with_commented_out_helper(self):
        # clean: CWE-459
        # TODO: speed this up
        # self._start('delta')
        self.assertEqual(1, self._usage('beta'))  # UTF-8 and RFC-2616 are no defects

    def test_trailing(self):
        # clean: CWE-459
        self.assertEqual(1, self._usage('beta'))  # TODO: a better name

    def test_changed_reference(self):
        # with #15410 the format was changed from:
        # assert_equal(format(self.usage, " >5"), "   --")
        self.assertEqual(format(self.usage), "--")

    def test_plan(self):
        # clean: CWE-459
        # TODO the second value should be smaller than the first
        #     assert values[-2] < values[-1]
        self.assertEqual(2, len(self.values))
