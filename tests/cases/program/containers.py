# file: setup.cfg
# file: main.py
import collections
import queue


class Job:
    def run(self):
        pass


class Pool:
    def __init__(self):
        self.jobs = []
        self.by_name = {}
        self.waiting = collections.deque()
        self.queue = queue.Queue()
        self.groups = collections.defaultdict(list)
        self.made = collections.defaultdict(Job)

    def add(self, name):
        self.jobs.append(Job())
        self.by_name[name] = Job()
        self.waiting.appendleft(Job())
        self.queue.put(Job())

    def run(self):
        for job in self.jobs:
            reveal_callees(job.run())  # callees: main.Job.run
        reveal_callees(self.by_name["a"].run())  # callees: main.Job.run
        reveal_callees(self.by_name.get("a").run())  # callees: main.Job.run
        for job in self.by_name.values():
            reveal_callees(job.run())  # callees: main.Job.run
        reveal_callees(self.waiting.popleft().run())  # callees: main.Job.run
        reveal_callees(self.queue.get().run())  # callees: main.Job.run
        reveal_callees(self.made["a"].run())  # callees: main.Job.run


REGISTRY = {}


def register(name):
    REGISTRY[name] = Job()


def use(name):
    reveal_callees(REGISTRY[name].run())  # callees: main.Job.run
    found = []
    found.extend([Job()])
    reveal_callees(found[0].run())  # callees: main.Job.run
    table = {}
    table.setdefault(name, Job())
    reveal_callees(table[name].run())  # callees: main.Job.run
    unknown = []
    reveal_callees(unknown[0].run())  # callees: ?
