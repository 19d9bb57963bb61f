"""What a release rests on: the workflow that builds wheels, and the page of an index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from hatch_build import with_absolute_links

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_well_formed(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    assert {"name", "permissions", "jobs"} <= document.keys()
    assert True in document, "YAML 1.1 reads the key `on` as a truth value"
    jobs = document["jobs"]
    for job in jobs.values():
        assert "runs-on" in job
        assert set(job.get("needs", [])) <= jobs.keys()
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"[\w-]+/[\w-]+@[\w./-]+", step.get("uses", "a/b@v1"))
        for used in re.findall(r"\{\{ matrix\.([\w-]+) \}\}", str(job)):
            assert used in job["strategy"]["matrix"]
    named = re.findall(r"\{project\}/([\w./-]+)", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_wheels_are_built_for_every_supported_python() -> None:
    text = (ROOT / ".github" / "workflows" / "wheels.yml").read_text(encoding="utf-8")
    versions = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert re.findall(r"cp3(\d+)-", text) == [version[2:] for version in versions]
    assert {"ubuntu", "macos", "windows"} <= set(re.findall(r"\b(ubuntu|macos|windows)-", text))


def test_links_work_on_the_page_of_an_index() -> None:
    base = f"{PROJECT['urls']['Repository']}/blob/main/"
    text = with_absolute_links((ROOT / "README.md").read_text(encoding="utf-8"), base)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(targets) > 10
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    inside = [target.removeprefix(base) for target in targets if target.startswith(base)]
    assert [name for name in inside if not (ROOT / name.partition("#")[0]).exists()] == []
