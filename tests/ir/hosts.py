"""Other Python interpreters on this machine, for tests that need a newer one than the host."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def monitoring_pythons() -> list[str]:
    """Interpreters with `sys.monitoring` (3.12 or later), newest first; the host's own if it has
    it. `ASSAY_TEST_PYTHONS` (paths, joined as in PATH) comes first."""
    candidates = [
        path for path in os.environ.get("ASSAY_TEST_PYTHONS", "").split(os.pathsep) if path
    ]
    if sys.version_info >= (3, 12):
        candidates.append(sys.executable)
    for minor in (14, 13, 12):
        found = shutil.which(f"python3.{minor}")
        if found is not None:
            candidates.append(found)
    candidates += _of_pyenv()
    return [path for path in dict.fromkeys(candidates) if _has_monitoring(path)]


def _of_pyenv() -> list[str]:
    """The interpreters that pyenv has but does not show on PATH."""
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return []
    listed = subprocess.run(
        [pyenv, "versions", "--bare"], capture_output=True, text=True, check=False
    )
    found = []
    for version in sorted(listed.stdout.split(), reverse=True):
        if version.startswith("3."):
            prefix = subprocess.run(
                [pyenv, "prefix", version], capture_output=True, text=True, check=False
            )
            found.append(os.path.join(prefix.stdout.strip(), "bin", "python"))
    return found


def _has_monitoring(path: str) -> bool:
    try:
        done = subprocess.run(
            [path, "-c", "import sys; sys.monitoring"], capture_output=True, check=False, timeout=20
        )
    except OSError:
        return False
    return done.returncode == 0
