"""What lies in a reviewed `.git` runs nothing, fetches nothing and leads nowhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from assay.cli.main import main
from assay.driver.git import Repository
from assay.driver.options import UsageError
from assay.source.door import Door
from repositories import commit, git, write

OLD = "def f(path):\n    with open(path) as stream:\n        return stream.read()\n"
NEW = "def f(path):\n    stream = open(path)\n    return stream.read()\n"
HOOKS = ("post-index-change", "post-checkout", "pre-auto-gc", "reference-transaction")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a change in its working tree, the current folder."""
    folder = tmp_path / "work"
    commit(folder, {"a.py": OLD})
    write(folder, {"a.py": NEW})
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def planted(tmp_path: Path, work: Path) -> Path:
    """Lays every trap that a repository can hold; the file that shows that one was met."""
    met = tmp_path / "met"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {met}\ncat\nexit 0\n")
    script.chmod(0o755)
    hooks = work / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    (tmp_path / "included").write_text(
        f"[core]\n\tpager = {script}\n[alias]\n\trev-parse = !{script}\n"
    )
    with (work / ".git" / "config").open("a") as stream:
        stream.write(
            f"""
[core]
	fsmonitor = {script}
	hooksPath = {hooks}
	sshCommand = {script}
	pager = {script}
	attributesFile = {work}/.gitattributes
	alternateRefsCommand = {script}
	gitProxy = {script}
[diff]
	external = {script}
[diff "evil"]
	textconv = {script}
	command = {script}
[filter "evil"]
	clean = {script}
	smudge = {script}
	process = {script}
	required = true
[include]
	path = {tmp_path}/included
[credential]
	helper = !{script}
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::{script}
	promisor = true
	uploadpack = {script}
[protocol]
	allow = always
"""
        )
    write(work, {".gitattributes": "*.py filter=evil diff=evil\n"})
    return met


@pytest.mark.skipif(os.name != "posix", reason="the traps are scripts for a shell")
def test_nothing_that_lies_in_git_is_run(
    tmp_path: Path, work: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    met = planted(tmp_path, work)
    for arguments in (["--diff"], ["--diff", "main"], ["--staged"], ["--diff", "HEAD", "a.py"]):
        main(["review", "-j1", *arguments])
        out, err = capfd.readouterr()
        assert "to " in out.splitlines()[0], err
    assert "worse" in out
    assert not met.exists()
    for name in ("status", "diff"):  # and yet they are traps
        subprocess.run(["git", name], cwd=work, capture_output=True, timeout=60, check=False)
    assert met.exists()


@pytest.mark.skipif(os.name != "posix", reason="the traps are scripts for a shell")
def test_what_is_missing_is_not_fetched(
    tmp_path: Path, work: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    blob = git(work, "rev-parse", "HEAD:a.py").strip()
    (work / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    met = planted(tmp_path, work)
    write(work, {"a.py": OLD + "x = 1\n"})
    assert main(["review", "-j1", "--diff"]) == 3
    said = "a.py: the repository does not hold what it was (a partial clone?)"
    assert said in capfd.readouterr().err
    write(work, {"a.py": OLD})  # what it was is told by its name
    assert main(["review", "-j1", "--diff"]) == 0
    assert not met.exists()


def test_objects_that_lie_elsewhere_are_refused(
    tmp_path: Path, work: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever wrote `.git` would have files shown that he cannot read himself."""
    objects = work / ".git" / "objects"
    commit(tmp_path / "private", {"secret.py": NEW})
    info = objects / "info" / "alternates"
    info.parent.mkdir(exist_ok=True)
    info.write_text(f"{tmp_path}/private/.git/objects\n")
    assert main(["review", "-j1", "--diff"]) == 2
    assert "keeps objects elsewhere (objects/info/alternates)" in capfd.readouterr().err
    info.unlink()
    (objects / "ff").symlink_to(tmp_path / "private" / ".git" / "objects")
    assert main(["review", "-j1", "--diff"]) == 2
    assert "through the link .git/objects/ff" in capfd.readouterr().err
    (objects / "ff").unlink()
    objects.rename(tmp_path / "objects")
    objects.symlink_to(tmp_path / "objects")
    assert main(["review", "-j1", "--diff"]) == 2
    assert "keeps objects elsewhere, through a link" in capfd.readouterr().err


def test_references_lead_nowhere(
    tmp_path: Path, work: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outside").write_text(git(work, "rev-parse", "HEAD"))
    (work / ".git" / "refs" / "heads" / "out").symlink_to(tmp_path / "outside")
    (work / ".git" / "refs" / "heads" / "up").write_text("ref: ../../outside\n")
    (work / ".git" / "refs" / "heads" / "loop").write_text("ref: refs/heads/loop\n")
    for name in ("out", "up", "loop", "../../outside", "config"):
        assert main(["review", "-j1", "--diff", name]) == 2
        assert f"no commit '{name}'" in capfd.readouterr().err


def test_a_git_file_is_believed_when_what_it_names_says_the_same(
    tmp_path: Path,
    work: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = tmp_path / "beside"
    git(work, "worktree", "add", "-q", str(beside))
    write(beside, {"a.py": NEW})
    monkeypatch.chdir(beside)
    assert main(["review", "-j1", "--diff"]) == 1
    git(beside, "add", "-A")
    assert main(["review", "-j1", "--staged"]) == 1
    thief = tmp_path / "thief"
    write(thief, {"a.py": NEW, ".git": (beside / ".git").read_text()})
    monkeypatch.chdir(thief)
    capfd.readouterr()
    assert main(["review", "-j1", "--diff"]) == 2
    assert ".git is a file that leads elsewhere" in capfd.readouterr().err


def test_a_program_git_in_the_reviewed_folder_is_not_run(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(work, {"git": "#!/bin/sh\ntouch met\n", "bin/git": "#!/bin/sh\ntouch met\n"})
    for name in ("git", "bin/git"):
        (work / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", "bin", os.environ["PATH"])))
    assert main(["review", "-j1", "--diff"]) == 1
    assert not (work / "met").exists()
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(UsageError, match="not installed"):
        Repository(Door.of_folder(work), "/work")


def test_the_reviewed_folder_and_its_index_are_left_as_they_are(work: Path) -> None:
    def state() -> dict[str, tuple[int, bytes]]:
        paths = [path for path in work.rglob("*") if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}

    os.utime(work / "a.py", (1, 1))  # the index would be refreshed
    before = state()
    for arguments in (["--diff"], ["--staged"]):
        main(["review", "-j1", "-q", *arguments])
    assert state() == before


def test_packed_objects_and_names_of_all_kinds(
    work: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = git(work, "rev-parse", "HEAD").strip()
    git(work, "tag", "-a", "v1", "-m", "x")
    git(work, "update-ref", "refs/remotes/origin/main", first)
    git(work, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    git(work, "branch", "a/b")
    git(work, "pack-refs", "--all")
    git(work, "gc", "-q")
    commit(work, {"b.py": ""})
    for name in ("v1", "origin", "origin/main", "a/b", "refs/heads/a/b", first, first[:7], "@~1"):
        assert main(["review", "-j1", "-q", "--diff", name]) == 1, name
    for name in ("@", "HEAD^0", "main"):
        assert main(["review", "-j1", "-q", "--diff", name]) == 0, name


def test_repositories_of_other_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Names of 64 digits, an index that shortens paths, an unresolved merge."""
    folder = tmp_path / "sha256"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main", "--object-format=sha256")
    commit(folder, {"a.py": OLD, "sub/b.py": OLD})
    git(folder, "update-index", "--index-version", "4")
    write(folder, {"a.py": NEW})
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["review", "-j1", "-q", "--diff"]) == 1
    assert main(["review", "-j1", "-q", "--staged"]) == 0
    git(folder, "add", "a.py")
    assert main(["review", "-j1", "-q", "--staged"]) == 1
    git(folder, "commit", "-qm", "x")
    git(folder, "checkout", "-q", "-b", "other", "HEAD~1")
    commit(folder, {"a.py": OLD + "x = 1\n"})
    with pytest.raises(subprocess.CalledProcessError):
        git(folder, "merge", "-q", "main")
    capfd.readouterr()
    assert main(["review", "-j1", "-q", "--staged"]) == 2
    assert "a merge that is not resolved" in capfd.readouterr().err
