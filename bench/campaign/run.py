"""Runs the campaign: records which calls the tests reach, lets chosen ones raise, one a process.

    python bench/campaign/run.py --python python3.13 --work FOLDER [--most 120] [PACKAGE ...]

Python 3.12 or later is needed for the tests (3.13, better: 3.12.1 sends no event for `f(*a)`); this
script itself runs in Assay's. FOLDER gets the sdists, an environment for each package, and
`results/PACKAGE.jsonl`, from which `compare.py` makes the tables.

Reviewed code is executed here, in processes of its own: a private HOME and TMPDIR, no network where
a network namespace can be had, a limit of memory, processor and wall time for each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

BENCH: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCH))

from campaign.sites import Plan, Reached, choose, fastest_tests  # noqa: E402

MEMORY: Final = 4 << 30
SECONDS: Final = 30
RECORD_SECONDS: Final = 900
_PLUGINS: Final = ("-p", "no:cacheprovider", "-p", "no:warnings", "-p", "campaign.plugin")
_PYTEST: Final = ("-m", "pytest", "-q", "-s", "--tb=no", "-o", "addopts=", *_PLUGINS)


@dataclass(frozen=True)
class Package:
    """One package of packages.toml."""

    name: str
    version: str
    package: str
    tests: Sequence[str]
    needs: Sequence[str]
    skip: Sequence[str]

    def folder(self, work: Path) -> Path:
        """The unpacked sdist."""
        return work / f"{self.name.replace('-', '_')}-{self.version}"


def packages() -> list[Package]:
    """All packages of packages.toml."""
    rows = tomllib.loads((BENCH / "campaign" / "packages.toml").read_text(encoding="utf-8"))
    return [Package(name=name, **row) for name, row in rows.items()]


def prepare(package: Package, work: Path, python: str) -> Path:
    """The interpreter of the package's environment; downloads and unpacks what is not there."""
    environment = work / f"env-{package.name}"
    inside = environment / "bin" / "python"
    if not inside.exists():
        subprocess.run([python, "-m", "venv", str(environment)], check=True)
        needs = ["pytest", "pytest-timeout", "setuptools", "wheel", *package.needs]
        subprocess.run([str(inside), "-m", "pip", "install", "-q", *needs], check=True)
    if not package.folder(work).exists():
        named = f"{package.name}=={package.version}"
        command = [str(inside), "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        command += ["--no-build-isolation", "-d", str(work), named]
        subprocess.run(command, check=True)
        with tarfile.open(f"{package.folder(work)}.tar.gz") as archive:
            archive.extractall(work, filter="data")
    return inside


def _limits() -> None:
    """In the child: its own session, and bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))


def isolated() -> list[str]:
    """What a command is put behind to have no network but its own loopback; [] if not to be had."""
    if shutil.which("unshare") is None:
        return []
    inside = ["sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "sh"]
    for options in (["-n"], ["-rn"]):
        probe = subprocess.run(["unshare", *options, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return ["unshare", *options, *inside]
    return []


def run_pytest(
    package: Package,
    work: Path,
    python: Path,
    orders: Mapping[str, object],
    tests: Sequence[str],
    seconds: int,
) -> list[dict[str, object]] | str:
    """The rows that the plugin wrote, or why there are none."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        home, scratch = Path(folder, "home"), Path(folder, "tmp")
        home.mkdir()
        scratch.mkdir()
        root = package.folder(work)
        output = Path(folder, "rows")
        told = {
            **orders,
            "root": str(root / package.package),
            "skip": list(package.skip),
            "output": str(output),
        }
        source = (root / package.package).parent
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join([str(source), str(root), str(BENCH)]),
            "CAMPAIGN": json.dumps(told),
        }
        command = [*isolated(), str(python), *_PYTEST]
        process = subprocess.Popen(
            [*command, *tests],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_limits,
        )
        said = b""
        try:
            said = process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            return "out of time"
        finally:
            _end(process)
        if not output.exists():
            return f"ended with {process.returncode}: {said[-300:].decode(errors='replace')}"
        return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def campaign(package: Package, work: Path, python: Path, most: int, jobs: int) -> None:
    """Records and injects; writes results/PACKAGE.jsonl: a head, then a line for each injection."""
    results = work / "results"
    results.mkdir(exist_ok=True)
    recorded = results / f"{package.name}.recorded.jsonl"
    if not recorded.exists():
        tests = [*package.tests, "--timeout", "60"]
        rows = run_pytest(package, work, python, {"do": "record"}, tests, RECORD_SECONDS)
        if isinstance(rows, str):
            sys.exit(f"{package.name}: the tests were not recorded: {rows}")
        recorded.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    *lines, last = recorded.read_text(encoding="utf-8").splitlines()
    head = json.loads(last)
    sites: dict[str, Reached] = head["sites"]
    tests_of = [json.loads(line) for line in lines]
    fastest = fastest_tests(
        [(row["test"], row["seconds"], row["outcome"], row["reached"]) for row in tests_of]
    )
    root = package.folder(work) / package.package
    texts = {
        str(path.relative_to(root.parent)): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.py"))
    }
    io_functions = frozenset((path, function) for path, function in head["io_codes"])
    plans = choose(sites, io_functions, fastest, texts, most)
    counts = {"reached": len(sites), "tests": len(tests_of), "chosen": len(plans)}
    print(package.name, counts, flush=True)

    clean_runs: dict[str, list[dict[str, object]] | str] = {}

    def one(plan: Plan) -> dict[str, object]:
        told = asdict(plan)
        orders = {"do": "inject", "plan": told}
        rows = run_pytest(package, work, python, orders, [plan.test], SECONDS)
        if isinstance(rows, str) or not rows or not _worth_again(rows[0]):
            return {"plan": told, "rows": rows}
        again = run_pytest(package, work, python, orders, [plan.test], SECONDS)
        if plan.test not in clean_runs:
            orders = {"do": "clean", "plan": told}
            clean = run_pytest(package, work, python, orders, [plan.test], SECONDS)
            clean_runs[plan.test] = clean
        return {"plan": told, "rows": rows, "again": again, "clean": clean_runs[plan.test]}

    output = results / f"{package.name}.jsonl"
    known = _known(output)
    with ThreadPoolExecutor(jobs) as pool, output.open("w", encoding="utf-8") as file:
        file.write(json.dumps(counts) + "\n")

        def look(plan: Plan) -> dict[str, object]:
            return known.get((plan.site, plan.exception, plan.after)) or one(plan)

        for each in pool.map(look, plans):
            file.write(json.dumps(each) + "\n")
            file.flush()


def _known(path: Path) -> dict[tuple[str, str, bool], dict[str, object]]:
    """The injections that are in the results already, by site, exception and time."""
    found: dict[tuple[str, str, bool], dict[str, object]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            row = json.loads(line)
            if not isinstance(row["rows"], str):
                plan = row["plan"]
                found[plan["site"], plan["exception"], plan["after"]] = row
    return found


def _worth_again(row: Mapping[str, object]) -> bool:
    """Whether something may be a fact, so that it is tried again, and without the fault."""
    left = row["left"]
    assert isinstance(left, list)
    if any(each["status"] != "closed by then" for each in left):
        return True
    return row["handled"] is not None and not row["reports"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--python", required=True, help="an interpreter of 3.12 or later")
    parser.add_argument("--work", type=Path, required=True, help="a folder for all that is made")
    parser.add_argument("--most", type=int, default=120, help="injections a package")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    work = chosen.work.resolve()
    if not isolated():
        print("no network namespace to be had: the tests see the network", file=sys.stderr)
    for package in packages():
        if not chosen.packages or package.name in chosen.packages:
            python = prepare(package, work, chosen.python)
            campaign(package, work, python, chosen.most, chosen.jobs)


if __name__ == "__main__":
    main()
