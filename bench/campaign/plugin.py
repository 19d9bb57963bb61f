# mypy: ignore-errors
# (it runs in the campaign's Python, with the pytest of the reviewed package)
"""The campaign inside of pytest: `-p campaign.plugin`, with its orders in CAMPAIGN (JSON).

{"do": "record", "root": ..., "skip": [...], "output": ...}    a line for each test, then sites
{"do": "inject", ..., "plan": {...}}                           one line: what the fault left
{"do": "clean", ..., "plan": {...}}                            the same without the fault
"""

import json
import os
import time

import pytest

from campaign.faults import Fault
from campaign.places import Places, Recorder
from campaign.watch import Watch

_orders = json.loads(os.environ.pop("CAMPAIGN"))
_places = Places(_orders["root"], _orders["skip"])
_tests = []
_outcomes = {}


if _orders["do"] == "record":
    _recorder = Recorder(_places)
    _recorder.start()
    _fault = None
else:
    _recorder = None
    _watch = Watch(_places.of_frame)
    _watch.install()
    _fault = Fault(_places, _watch, _orders["plan"])
    _fault.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    started = time.monotonic()
    if _recorder is not None:
        _recorder.next_test()
    elif _orders["do"] == "inject":
        _fault.arm()
    else:
        _watch.on = True
    before = None if _recorder is not None else _watch.take()
    result = yield
    seconds = time.monotonic() - started
    if _recorder is not None:
        reached = sorted(_recorder.reached)
        _tests.append({"test": item.nodeid, "seconds": round(seconds, 3), "reached": reached})
        return result
    row = _fault.finish()
    time.sleep(0.1)
    now = _watch.take()
    row["end"] = [thing.told() for thing in now.since(before)]
    _tests.append(row)
    return result


def pytest_runtest_logreport(report):
    if report.failed:
        _outcomes[report.nodeid] = report.when
    elif report.skipped:
        _outcomes[report.nodeid] = "skipped"


def pytest_sessionfinish():
    with open(_orders["output"], "w", encoding="utf-8") as file:
        for row in _tests:
            if _recorder is not None:
                row["outcome"] = _outcomes.get(row["test"], "passed")
            else:
                row["outcome"] = next(iter(_outcomes.values()), "passed")
            file.write(json.dumps(row) + "\n")
        if _recorder is not None:
            io_codes = sorted(map(list, _recorder.io_codes))
            file.write(json.dumps({"sites": _recorder.sites, "io_codes": io_codes}) + "\n")
