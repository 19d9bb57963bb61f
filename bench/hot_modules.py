"""Which modules a review spends its time in: what pyproject.toml has compiled follows from it.

    python bench/hot_modules.py [FOLDER]        the standard library by default

Samples of processor time of an interpreted review, by the module of the running frame, as shares
of all; with them, whether the module is compiled in a wheel.
"""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
import tomllib
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from hatch_build import Choice

from assay.cli.main import main
from assay.cli.version import is_compiled

ROOT: Final = Path(__file__).resolve().parents[1]
_INTERVAL: Final = 0.005
_LEAST: Final = 0.0003


def sampled(folder: str) -> Counter[str]:
    """Samples of a review of a folder by file name."""
    samples: Counter[str] = Counter()

    def count(number: int, frame: FrameType | None) -> None:
        if frame is not None:
            samples[frame.f_code.co_filename] += 1

    signal.signal(signal.SIGPROF, count)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)
    options = ["--isolated", "--no-cache", "--quiet", "--exit-zero", "-j", "1", "-f", "json", "-o"]
    main(["review", *options, os.devnull, folder])
    signal.setitimer(signal.ITIMER_PROF, 0)
    return samples


def run(folder: str) -> None:
    """Prints the table."""
    if is_compiled():
        sys.exit("this is for interpreted modules")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    compiled = set(
        Choice(project["tool"]["hatch"]["build"]["hooks"]["custom"]).modules(ROOT / "src")
    )
    samples = sampled(folder)
    total = samples.total()
    for path, number in sorted(samples.items(), key=lambda item: (-item[1], item[0])):
        name = os.path.relpath(path, ROOT / "src").replace(os.sep, "/")
        if name.startswith("assay/") and number >= _LEAST * total:
            print(f"{number / total:7.2%}  {'compiled' if name in compiled else '-':8}  {name}")


if __name__ == "__main__":
    run(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("stdlib"))
