# path: orchard/tests/functional/test_move.py
# role: test
from orchard.tests.functional import base


class MoveTest(base.OrchardCase):
    def _move_and_check(self, tree, field):
        self.client.post_action(tree["id"], {"move": field})
        # The tree is set to BROKEN before its fault is recorded, so to avoid a race the
        # status of the job has to be waited for, which is set after the fault.
        # handled: CWE-362
        self._wait_for_job_status(tree, ["broken"])
        # clean: CWE-362
        tree = self._wait_for_tree_state(self.client, tree, "BROKEN")
        self.assertEqual(field, tree["field"])
        self.assertIn("no water", tree["fault"]["message"])

    def _swapped(self, tree, field):
        self.client.post_action(tree["id"], {"move": field})
        # The tree is set to BROKEN before its fault is recorded, so to avoid a race the
        # status of the job has to be waited for, which is set after the fault.
        # found: CWE-362
        tree = self._wait_for_tree_state(self.client, tree, "BROKEN")
        self._wait_for_job_status(tree, ["broken"])
        self.assertEqual(field, tree["field"])
        self.assertIn("no water", tree["fault"]["message"])

    def _swapped_without_comment(self, tree):
        # found: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        self._wait_for_job_status(tree, ["done"])
        self.assertEqual("north", tree["field"])

    def _comment_between(self, tree):
        # found: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        # ACTIVE is set before the field is updated: wait for the job to avoid a race.
        self._wait_for_job_status(tree, ["done"])
        self.assertEqual("north", tree["field"])

    def _read_before(self, tree):
        self.client.post_action(tree["id"], {"water": None})
        # The count is written after the job has ended.
        # found: CWE-362
        tree = self.client.get_tree(tree["id"])
        self._wait_for_job_status(tree, ["done"])
        self.assertEqual(3, tree["count"])

    def _one_step_on(self, tree):
        # The fault is recorded before the job ends.
        # found: CWE-362
        tree = self._wait_until_state(tree, "BROKEN")
        self._wait_for_job_status(tree, ["broken"])
        fault = tree["fault"]
        self.assertEqual("dry", fault["message"])

    def _attribute(self, tree):
        # found: CWE-362
        tree = self.poll_until_state(tree, "ACTIVE")
        self.wait_for_job(tree)
        assert tree.field == "north"

    def _read_again(self, tree):
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        # handled: CWE-362
        self._wait_for_job_status(tree, ["done"])
        tree = self.client.get_tree(tree["id"])
        self.assertEqual("north", tree["field"])

    def _refreshed(self, tree):
        # handled: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        # clean: CWE-362
        self._wait_for_job_status(tree, ["done"])
        tree.refresh()
        self.assertEqual("north", tree.field)

    def _identity(self, tree):
        # handled: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        # clean: CWE-362
        self._wait_for_job_status(tree, ["done"])
        self.assertIn(tree["id"], self.seen)

    def _two_actions(self, tree):
        # handled: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        self.client.post_action(tree["id"], {"water": None})
        # clean: CWE-362
        self._wait_for_job_status(tree, ["done"])
        self.assertEqual("north", tree["field"])

    def _result(self, tree):
        self.client.post_action(tree["id"], {"water": None})
        # handled: CWE-362
        tree = self._wait_for_tree_state(tree, "ACTIVE")
        self.assertEqual("north", tree["field"])

    def _inside(self, tree):
        # handled: CWE-362
        self._wait_for_job_status(tree, ["done"])
        self.assertEqual("north", self.client.get_tree(tree["id"])["field"])

    def _not_told(self, tree):
        # unseen: CWE-362 _wait_for_it
        self._wait_for_it()
        self.assertEqual(3, tree["count"])

    def _forgotten(self, tree):
        self.client.post_action(tree["id"], {"water": None})
        # BROKEN is set before the fault is recorded: to avoid a race wait for the job, which
        # ends after that.
        # found: CWE-362
        tree = self._wait_for_tree_state(tree, "BROKEN")
        self.assertIn("no water", tree["fault"])
