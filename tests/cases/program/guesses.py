# file: setup.cfg
# file: app.py
def evacuate(host, thing):
    reveal_callees(host.rebuild_elsewhere())  # callees: hosts.Host.rebuild_elsewhere (guessed), hosts.Near.rebuild_elsewhere (guessed), ?
    # Two classes that have nothing to do with each other, or a name that files have too: no guess.
    reveal_callees(thing.evaporate())  # callees: ?
    reveal_callees(thing.close())  # callees: ?
    # Doubles in tests are no candidates for code that is none.
    reveal_callees(thing.pretend())  # callees: ?
# file: hosts.py
class Host:
    def rebuild_elsewhere(self):
        pass

    def evaporate(self):
        pass

    def close(self):
        pass

    def mend(self):
        # The double in the tests overrides it, too, but no code but tests is called with it.
        reveal_callees(self.evaporate())  # callees: hosts.Host.evaporate, hosts.Near.evaporate


class Near(Host):
    def rebuild_elsewhere(self):
        pass

    def evaporate(self):
        pass


class Water:
    def evaporate(self):
        pass
# file: tests/fakes.py
from hosts import Host


class Double(Host):
    def evaporate(self):
        pass


class FakeHost:
    def pretend(self):
        pass

    def rebuild_elsewhere(self):
        pass
# file: tests/test_app.py
def test_it(thing):
    # What pytest gives has the name of a fixture; one that is not in view is of a library.
    reveal_callees(thing.pretend())  # callees: ?
    other = find(thing)
    reveal_callees(other.pretend())  # callees: fakes.FakeHost.pretend (guessed), ?
