# path: store/tests/functional/regressions/check_bug_98765.py
# role: test
from store.tests import base


class ResizeCleanupTestCase(base.UsageTestCase):
    def test_resize_failure(self):
        server = self._boot('alpha')
        # Usage is read after the failure.
        target = self._usage('beta')
        # found: CWE-459
        # FIXME(ann): This is bug 98765 where the allocation is reverted, so the
        # target has no usage although the server points at it.
        # self.assertUsageMatches(
        #     self.flavor2, server['id'], target)
        usage = self._usage(target)
        nothing = {'CPU': 0}
        self.assertEqual(nothing, usage)
        self.assertUsageMatches(
            self.flavor1, server['id'], 'alpha')

    def test_code_above_the_note(self):
        usage = self._usage('beta')
        # assert usage == 2
        # found: CWE-459
        # XXX: LP #4711 counts twice
        assert usage == 4

    def test_once_fixed(self):
        usage = self._usage('beta')
        # found: CWE-459
        # TODO(bob): Once bug 5555 is fixed this has to be 1.
        self.assertEqual(0, usage)

    def test_only_commented_out(self):
        leases = self._leases()
        # found: CWE-459
        # FIXME: https://bugs.example.org/show_bug.cgi?id=31337
        #
        # assert leases == []
        self._close()

    def test_plain_comment_with_reference(self):
        # found: CWE-459
        # Because of issue 812 the lock stays.
        # self.assertFalse(self._locked())
        self.assertTrue(self._locked())

    def test_no_reference_but_wrong(self):
        # found: CWE-459
        # FIXME: this is wrong, the file should be gone
        # assert not self.path.exists()
        assert self.path.exists()

    def test_raises(self):
        # found: CWE-459
        # BUG: #2048 the error is swallowed
        # with self.assertRaises(ValueError):
        #     self._load('x')
        with self.assertLogs():
            self._load('x')

    def test_cve(self):
        # found: CWE-459
        # FIXME: CVE-2020-12345, traversal is still possible
        # self.assertIsNone(self._open('../x'))
        self.assertIsNotNone(self._open('../x'))

    def test_code_stands_apart(self):
        usage = self._usage('beta')
        # found: CWE-459
        # FIXME(ann): bug 98765, the target has no usage

        # assert usage == 2
        assert usage == 0

    def test_live_assertion_in_the_same_paragraph(self):
        # unseen: CWE-459 the state of bug 98765
        # FIXME(ann): This is bug 98765 where the usage is reverted.
        usage = self._usage('beta')
        self.assertEqual(0, usage)

    def test_live_assertion_of_what_should_not_be(self):
        # found: CWE-459
        # FIXME(ann): This is bug 98765 where the usage is reverted; it should be 2.
        usage = self._usage('beta')
        self.assertEqual(0, usage)

    def test_next_paragraph_has_its_own_topic(self):
        # clean: CWE-459
        # FIXME(ann): This is bug 98765 where the usage is reverted.
        self._usage('beta')

        # The server still answers.
        self.assertTrue(self._ping('beta'))
