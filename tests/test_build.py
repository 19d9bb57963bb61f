"""The build hook: what is compiled, and that nothing which goes wrong there stops a build."""

from __future__ import annotations

import ast
import importlib.util
import json
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import hatch_build
import pytest
from hatch_build import Choice, compile_package, keep_docstring, refused_by

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"


def choice() -> Choice:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return Choice(project["tool"]["hatch"]["build"]["hooks"]["custom"])


def test_the_hot_layers_are_compiled_and_packages_are_not() -> None:
    modules = choice().modules(SOURCE)
    assert {"assay/lowering/builder.py", "assay/dataflow/analysis.py"} <= set(modules)
    assert not [module for module in modules if module.endswith("__init__.py")]
    assert not [module for module in modules if module.startswith(("assay/cli/", "assay/report/"))]


def test_no_interpreted_class_derives_from_a_compiled_one() -> None:
    """Making an instance of one raises a TypeError, and only then."""
    compiled = {path.removesuffix(".py").replace("/", ".") for path in choice().modules(SOURCE)}
    wrong: list[str] = []
    for found in pkgutil.walk_packages([str(SOURCE / "assay")], "assay."):
        if found.name in compiled or found.name.endswith("__main__"):
            continue
        for each in vars(importlib.import_module(found.name)).values():
            if isinstance(each, type) and each.__module__ == found.name:
                wrong += [
                    f"{found.name}.{each.__name__} is below {base.__module__}"
                    for base in each.__bases__
                    if base.__module__ in compiled
                ]
    assert wrong == []


def test_the_docstring_stays_the_page_of_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "rule.py"
    for start in ("", "r"):
        text = start + '"""CWE-1: a page.\n\nMore.\n"""\n\nRULE = __doc__ or ""\n'
        path.write_text(text, encoding="utf-8")
        keep_docstring(path)
        kept = path.read_text(encoding="utf-8")
        assert kept.count("\n") == text.count("\n")
        assigned = ast.parse(kept).body[0]
        assert isinstance(assigned, ast.Assign)
        assert ast.literal_eval(assigned.value) == ast.get_docstring(ast.parse(text), clean=False)


def test_the_rows_of_models_stay_what_they_are(tmp_path: Path) -> None:
    made = hatch_build.write_rows(SOURCE, tmp_path)
    assert "assay/models/errors.json" in made
    for name in made:
        rows = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        text = (SOURCE / name).with_suffix(".toml").read_text(encoding="utf-8")
        assert rows == tomllib.loads(text)


def test_a_refusal_names_its_module() -> None:
    output = (
        "assay/a/b_c.py:7: warning: Treating generator comprehension as list\n"
        "assay/a/d.py:3: AssertionError: should have been handled\n"
        "assay/a/d.py:3: note: this is an internal mypyc error\n"
    )
    assert refused_by(output, ["assay/a/b_c.py", "assay/a/d.py"]) == ["assay/a/d.py"]
    in_c = f"c/__native_{hatch_build.c_name('assay/a/b_c.py')}.c:9:4: error: unknown type\n"
    assert refused_by(in_c, ["assay/a/b_c.py", "assay/a/d.py"]) == ["assay/a/b_c.py"]


def test_nothing_is_compiled_where_that_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PURE", "1")
    assert hatch_build.build(SOURCE, tmp_path, choice()) == ([], "ASSAY_PURE")
    monkeypatch.setenv("ASSAY_PURE", "")
    monkeypatch.setenv("CC", "no-such-compiler")
    assert hatch_build.build(SOURCE, tmp_path, choice()) == ([], "no C compiler")


def test_a_failed_comparison_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(source: Path, out: Path, choice: Choice) -> list[str]:
        package = out / "assay"
        package.mkdir(parents=True)
        (package / "frozen.py").write_text("raise TypeError('interpreted below compiled')\n")
        return ["assay/frozen.py"]

    monkeypatch.setattr(hatch_build, "why_pure", lambda: "")
    monkeypatch.setattr(hatch_build, "compile_package", compiled)
    made, why = hatch_build.build(SOURCE, tmp_path / "out", choice())
    assert made == []
    assert why.startswith("the comparison failed: ")
    assert not (tmp_path / "out").exists()


def test_the_comparison_finds_what_the_build_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Front ends hand over their environment by PYTHONPATH, which pip does, or otherwise."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    needed = tmp_path / "needed"
    needed.mkdir()
    for name in ("pathspec", "typeshed_client", "tree_sitter", "tree_sitter_python"):
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.submodule_search_locations
        (needed / name).symlink_to(found.submodule_search_locations[0])
    (tmp_path / "out" / "assay").mkdir(parents=True)
    site = [entry for entry in sys.path if "site-packages" not in entry]
    monkeypatch.setattr(sys, "path", [str(needed), *site])
    assert hatch_build.how_it_differs(SOURCE, tmp_path / "out") == ""
    monkeypatch.setattr(sys, "path", site)
    assert "No module named" in hatch_build.how_it_differs(SOURCE, tmp_path / "out")


def test_small_files_are_compiled_together(tmp_path: Path) -> None:
    names = ["__native_assay_a.c", "__native_assay_b.c", "__native_assay_c.c", "__native__g.c"]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(b"x" * (800_000 + number))
    made = hatch_build.joined([str(tmp_path / name) for name in names])
    assert [Path(path).name for path in made] == ["joint_0.c", "__native__g.c", "joint_1.c"]
    assert re.findall('"(.*)"', Path(made[0]).read_text("utf-8")) == names[:2]


@pytest.mark.skipif(hatch_build.why_pure() != "", reason="no C compiler")
def test_a_module_that_is_refused_costs_itself_alone(tmp_path: Path) -> None:
    package = tmp_path / "src" / "assay"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "good.py").write_text('"""A page."""\n\nPAGE = __doc__\n', encoding="utf-8")
    # mypyc knows no star in what `in` looks through
    refused = "def f(a: list[int], b: int) -> bool:\n    return b in (1, *a)\n"
    (package / "bad.py").write_text(refused, encoding="utf-8")
    out = tmp_path / "out"
    made = compile_package(tmp_path / "src", out, Choice({"compile": ["assay/*d.py"]}))
    assert [name.partition(".")[0] for name in made if "good" in name] == ["assay/good"]
    assert not [name for name in made if "bad" in name]
    (out / "assay" / "__init__.py").touch()
    said = subprocess.run(
        [sys.executable, "-c", "import assay.good as m; print(m.__file__, m.PAGE)"],
        cwd=out,
        env={"PYTHONPATH": str(out)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "A page." in said
    assert ".py " not in said


def test_what_reviews_otherwise_than_the_sources_is_noticed(tmp_path: Path) -> None:
    package = tmp_path / "assay" / "checkers"
    package.mkdir(parents=True)
    shutil.copy(SOURCE / "assay" / "checkers" / "registry.py", package)
    assert hatch_build.how_it_differs(SOURCE, tmp_path, [ROOT / "tests" / "cases"]) == ""
    (package / "registry.py").write_text("raise TypeError('interpreted below compiled')\n")
    assert "interpreted below compiled" in hatch_build.how_it_differs(SOURCE, tmp_path)


@pytest.mark.skipif(hatch_build.why_pure() != "", reason="no C compiler")
def test_the_compiled_modules_say_the_same(tmp_path: Path) -> None:
    made = compile_package(SOURCE, tmp_path, choice())
    compiled = {name.partition(".")[0] + ".py" for name in made}
    assert set(choice().modules(SOURCE)) <= compiled
    assert hatch_build.how_it_differs(SOURCE, tmp_path, [ROOT / "tests" / "cases"]) == ""
