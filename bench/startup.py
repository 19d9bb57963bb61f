"""Start-up: `assay --version` and the review of ten lines, against Python's own imports.

    python bench/startup.py --rounds 15

Prints rows for RESULTS.md. The yardstick is `python -c "import argparse, ast, json"`; all
commands take turns, and each figure is the median of its rounds on the wall. One round before
the first warms the caches of the file system and of byte code.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

SNIPPET: Final = """\
import json
import socket


def ask(host, request):
    connection = socket.create_connection((host, 80))
    connection.sendall(json.dumps(request).encode())
    answer = connection.recv(65536)
    connection.close()
    return json.loads(answer)
"""


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Time on the wall of one process from start to end."""
    before = time.perf_counter()
    subprocess.run(
        list(command),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env=dict(environment),
    )
    return time.perf_counter() - before


def with_byte_code(folder: str) -> dict[str, str]:
    """This process's environment, but byte code is kept in the folder, as installers keep it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Measures start-up.")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = int(parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as folder:
        environment = with_byte_code(str(Path(folder) / "cache"))
        snippet = Path(folder) / "snippet.py"
        snippet.write_text(SNIPPET, encoding="utf-8")
        assay = [sys.executable, "-m", "assay"]
        commands = {
            "import argparse, ast, json": [sys.executable, "-c", "import argparse, ast, json"],
            "assay --version": [*assay, "--version"],
            "assay review, ten lines": [*assay, "review", str(snippet)],
            "assay review, ten lines, JSON": [
                *assay,
                *("review", str(snippet), "--output-format", "json"),
            ],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                spent = seconds(command, environment)
                if number:
                    taken[name].append(spent)
    floor = statistics.median(next(iter(taken.values())))
    print("| command | median | fastest | slowest | ratio of medians |\n|---|---|---|---|---|")
    for name, spents in taken.items():
        median = statistics.median(spents)
        print(
            f"| `{name}` | {1000 * median:.0f} ms | {1000 * min(spents):.0f} ms | "
            f"{1000 * max(spents):.0f} ms | {median / floor:.2f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
