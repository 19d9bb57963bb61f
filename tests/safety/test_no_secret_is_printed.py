"""No report, trace, cache, log or dump shows a secret of reviewed code; all else stays readable.

A project with secrets of every kind is reviewed by all rules and by one that quotes every line and
spells every literal: what that does not show, no rule can.
"""

from __future__ import annotations

import os
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest
import spec
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planted import Planted
from quoting_checker import Fails, QuotesEverything

from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers
from assay.cli.main import main
from assay.driver.pipeline import Detail, review_file, review_module
from assay.driver.transport import pack
from assay.ledger.observation import Verdict
from assay.source.credentials import conceals, is_weak_key, known_format
from assay.source.file import parse_text
from assay.source.secret_literals import secret_literals
from assay.source.secret_text import may_reach

FORMATS = (
    ("--output-format", "text"),
    ("--verbose",),
    ("--output-format", "full"),
    ("--output-format", "concise"),
    ("--output-format", "markdown"),
    ("--output-format", "markdown", "--verbose"),
    ("--output-format", "json"),
    ("--output-format", "sarif"),
    ("--output-format", "sarif", "--sarif-verdicts"),
    ("--output-format", "github"),
)
LAYERS = ("ast", "ir", "cfg", "callgraph")
DETAIL = Detail(keep_clean=True, line_hashes=True, seconds=0, debug=False)


def everything() -> tuple[Checker, ...]:
    """All rules, and one that quotes every line."""
    return (*all_checkers(), QuotesEverything())


def failing() -> tuple[Checker, ...]:
    """The same, and one that fails with every value in its error."""
    return (*everything(), Fails())


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """The project as files of the current folder."""
    project = Planted()
    for path, text in project.files.items():
        place = tmp_path / "project" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setattr("assay.cli.review.all_checkers", everything)
    return project


def test_no_format_shows_a_secret_and_the_cache_holds_none(
    planted: Planted, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    for arguments in FORMATS:
        main(["review", "--exit-zero", "-j", "1", "--cache-dir", str(cache), *arguments, "."])
        out, err = capfd.readouterr()
        assert len(out) > 2000, arguments
        assert planted.shown_in(out) == [], arguments
        assert planted.shown_in(err) == [], arguments
    held = [path for path in cache.rglob("*") if path.is_file()]
    for path in held:
        assert planted.shown_in(path.read_bytes().decode("latin-1")) == [], path
    if os.name == "posix":
        assert sum(path.stat().st_size for path in held) > 50_000  # the reviews are there


def test_an_internal_error_shows_none_in_its_traceback(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assay.cli.review.all_checkers", failing)
    main(["review", "--exit-zero", "--debug", "--no-cache", "."])
    out, err = capfd.readouterr()
    assert "Traceback" in err
    assert "KeyError" in err
    assert "***" in err
    assert planted.shown_in(err) == []
    assert planted.shown_in(out) == []


def test_what_is_no_secret_stays_readable(
    planted: Planted, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["review", "--exit-zero", "--no-cache", "-j", "1", "--output-format", "json", "."])
    out = capfd.readouterr().out
    assert sorted(name for name in planted.visible if name not in out) == []
    for kept in ("password must not be empty", "SHOP_PASSWORD", "API_KEY", "db.example.org"):
        assert kept in out


@pytest.mark.parametrize("layer", LAYERS)
def test_no_dump_shows_a_secret(
    planted: Planted, layer: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in planted.files:
        if path.endswith((".py", ".ipynb")):
            assert main(["dump", layer, path]) == 0
            out, err = capfd.readouterr()
            assert planted.shown_in(out + err) == [], (layer, path)


def test_neither_a_template_s_dump_nor_doctor_nor_an_error_shows_one(
    planted: Planted, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["dump", "template", "shop/templates/page.html"])
    main(["doctor", "--verbose", "."])
    main(["models", "check", "."])
    Path("assay.toml").write_text(
        f'jobs = "{planted.secrets["setup_cfg"]}"\ncolor = "postgres://a:{planted.secrets["url"]}@b"\n',
        encoding="utf-8",
    )
    assert main(["review", "."]) == 2
    out, err = capfd.readouterr()
    assert "must be" in err
    assert planted.shown_in(out + err) == []


def test_any_hash_seed_gives_the_same_bytes(planted: Planted) -> None:
    said: set[bytes] = set()
    for seed in ("0", "1", "77"):
        command = [
            sys.executable,
            "-m",
            "assay",
            "review",
            "--exit-zero",
            "--no-cache",
            "-v",
            "shop",
        ]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        said.add(subprocess.run(command, capture_output=True, env=environment).stdout)
    assert len(said) == 1
    assert b"***" in said.pop()


CASES = sorted(
    path
    for rule in ("hardcoded-credential", "secret-in-log")
    for path in (spec.SPECS / rule).glob("*.py")
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_the_rule_finds_is_never_quoted(path: Path) -> None:
    case = spec.read_case(path)
    with spec.in_view(case.path, case.text, case.others, case.outside) as facts:
        values = {
            (each.at.lineno, facts.source.column(each.at.lineno, each.at.col_offset)): each.value
            for each in facts.literals()
        }
        review = review_module(
            facts.module, (spec.checker_of(case.rules[0]), QuotesEverything()), DETAIL
        )
        kept = pack(review).decode("latin-1")
        for each in [reviewed.observation for reviewed in review.observations]:
            if each.rule.id == "hardcoded-credential" and each.verdict is Verdict.FOUND:
                value = values[each.line, each.column]
                known = known_format(value)
                lines = (value if known is None else known.secret).splitlines()
                for line in lines:
                    if line.strip() and not line.startswith("-----"):
                        quoted = "\n".join(item.text for item in each.evidence)
                        # A word such as "secret" is one in its place alone.
                        shown = quoted if is_weak_key(line) else kept
                        assert f"'{line}'" not in shown
                        assert f'"{line}"' not in shown
                        assert len(line) < 8 or line not in kept


NAMES = st.sampled_from(
    [
        "password", "DB_PASSWORD", "smtp_pass", "userPwd", "api_key", "SECRET_KEY", "client_secret",
        "access_token", "auth_token", "private_key", "passphrase", "aws_secret_access_key",
        "test_password", "pw", "passwords",
    ]
)  # fmt: skip
LETTERS = string.ascii_letters + string.digits + "!#@+=~^&*"
SECRETS = st.text(LETTERS, min_size=8, max_size=32)
PLACES = st.sampled_from(
    [
        "{name} = {value!r}",
        "connect({name}={value!r})",
        "x = {{'{name}': {value!r}, 'a': 'b'}}",
        "self.{name} = b{value!r}",
        "x['{name}'] = {value!r}",
        "def f(a, {name}={value!r}): pass",
        "if {name} == {value!r}: pass",
        "x = os.getenv('{name}', {value!r})",
        "{name}: str = ({value!r}\n    'abc')",
        "{name} = f{value!r}",
        "# {name}: {value}",
        "x = 'mysql --{name} {value}'",
        "x = 'postgres://user:{value}@host/db'",
        "x = {value!r}\nlogin({name}=x)",
        "{name} = {value!r} +",
    ]
)


@settings(max_examples=150, deadline=None)
@given(NAMES, SECRETS, PLACES)
def test_a_random_secret_under_any_such_name_is_in_no_review(
    name: str, secret: str, place: str
) -> None:
    assume(len(set(secret)) > 5 and any(char.isdigit() for char in secret))
    assume(conceals(secret, "password") and not secret.startswith("-"))
    assume("postgres" not in place or secret.replace("@", "").isalnum())
    assume("#" not in place or secret[-1] not in "!=*&^~#")
    text = f"import os\n{place.format(name=name, value=secret)}\n"
    review = review_file(parse_text("a.py", text), (QuotesEverything(),), DETAIL)
    kept = pack(review).decode("latin-1")
    assert secret not in kept, text
    assert "line 2" in kept


def test_a_fingerprint_and_a_line_s_hash_say_nothing_of_the_value() -> None:
    reviews = [
        review_file(parse_text("a.py", f'x = 1\npassword = "{value}"\n'), everything(), DETAIL)
        for value in ("hunter2-first", "a-much-longer-s3cret-one")
    ]
    told = [
        [
            (each.fingerprint, each.line_hash, each.observation.message)
            for each in review.observations
        ]
        for review in reviews
    ]
    assert len(told[0]) > 2
    assert told[0] == told[1]


def test_lines_keep_their_number_and_the_mask_has_one_width() -> None:
    text = 'password = """first-l1ne\n\n  second-l1ne-which-is-long\n"""; x = "kept"\n'
    shown = parse_text("a.py", text).quote(1, 4)
    assert shown == 'password = """***\n\n  ***\n"""; x = "kept"'


@pytest.mark.parametrize(
    "line",
    [
        'x = os.environ["DB_PASSWORD"]',
        'raise ValueError("password must not be empty")',
        'password_field = "password_input"',
        'token_url = "https://example.org/oauth/token"',
        'password: str = ""',
        'parser.add_argument("--password", help="the password of the user")',
        'PASSWORD_FILE = "/run/secrets/db"',
        'password = getpass("Password: ")',
        'fields = ["password", "username", "phone_number"]',
        "# the password is checked below",
        'token_type = "bearer"; grant = "password"',
        'password = os.getenv("SHOP_DB_PASSWORD", "")',
        'url = f"https://{user}:{password}@{host}/"',
        'url = "https://user:password@host/"',
        'cache_key = "users"; sort_key = "name"',
        'def f(password: "SecretStr | None" = None): pass',
        'log.info("password changed for %s", name)',
    ],
)
def test_what_only_speaks_of_secrets_is_shown(line: str) -> None:
    assert parse_text("a.py", f"{line}\n").quote(1, 1) == line


@pytest.mark.parametrize(
    "piece",
    [
        "-----BEGIN PRIVATE KEY-----\\n", "password=", "--pass", "curl -u a ", "a://", "key='",
        "Bearer ", "pwd is ", "x = 'p4ssw0rd' + ", "#", "{'password': '", "f'{", '"' * 3,
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["x = '%s'\n", "# %s\n", "%s\n"])
def test_no_text_takes_long(piece: str, around: str) -> None:
    source = parse_text("a.py", around % (piece * (60_000 // len(piece))))
    start = time.process_time()
    source.quote(1, 1)
    assert time.process_time() - start < 5


def test_a_file_that_is_not_walked_has_nothing_to_find() -> None:
    passed_over = 0
    for path in sorted(spec.SPECS.glob("*/*.py")):
        text = path.read_text("utf-8")
        if not may_reach(text):
            passed_over += 1
            assert secret_literals(parse_text("a.py", text).tree) == [], path
    assert passed_over > 100


def test_a_long_line_that_is_cut_shows_no_part() -> None:
    decorator = f'@csrf_exempt("{"x" * 30}", password="abcdefgh1jklmnopqrstuvw")'
    source = parse_text("a.py", f"{decorator}\ndef f(request):\n    pass\n")
    review = review_file(source, everything(), DETAIL)
    assert "abcdefgh1" not in pack(review).decode("latin-1")
