"""`assay --version` says whether the hot modules are compiled."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from assay import __version__
from assay.cli import version


def test_a_checkout_is_interpreted() -> None:
    kind = "interpreted: source tree or editable install"
    assert version.version_line() == f"assay {__version__} ({kind})"


def test_a_compiled_module_beside_its_source_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lowering").mkdir()
    monkeypatch.setattr(version, "package", str(tmp_path / "__init__.py"))
    assert not version.is_compiled()
    (tmp_path / "lowering" / f"builder{EXTENSION_SUFFIXES[0]}").touch()
    assert version.is_compiled()


def test_why_a_wheel_is_interpreted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version, "package", str(tmp_path / "__init__.py"))
    (tmp_path / "build.txt").write_text("interpreted: no C compiler\n", "utf-8")
    assert version.build_kind() == "interpreted: no C compiler"
    (tmp_path / "build.txt").write_text("compiled\n", "utf-8")
    assert version.build_kind() == "interpreted: compiled for another Python"
