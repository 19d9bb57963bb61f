"""A small project with a secret of every kind, and what stands beside them that is none.

Secrets are marked in the texts: `<<name>>` becomes a value that no other mark has, and `<word:...>`
is a plain word that is one. `@visible...@` is text of the same line that has to stay readable.
"""

from __future__ import annotations

import json
import re
from typing import Final

_MARK: Final = re.compile(r"<<(\w+)>>")
_WORD: Final = re.compile(r"<word:(\w+)>")
_VISIBLE: Final = re.compile(r"@(visible\w*)@")


def value_of(number: int) -> str:
    """A secret: letters and digits, told from every other."""
    return f"zq{number:03}Kw7Pd{(number * 7919) % 1000:03}x"


APP: Final = '''\
"""Takes orders. The admin password is <<docstring>>, as everybody knows."""
import base64, hmac, os, smtplib, subprocess
import paramiko
import psycopg2
import requests
from fabric import SecretStr

# password: <<comment>>
# connect with --password <<commented_option>> and @visible_comment@
password = "<<assigned>>"; colour = "@visible_beside@"
API_KEY = b"<<bytes>>"
passwords = ["<<listed>>", "<<listed_too>>"]
LIMITS = {"password": "<<entry>>", "theme": "@visible_entry@"}
HEADERS = {"Authorization": "Bearer <<bearer>>", "Accept": "@visible_header@"}
BASIC = {"Authorization": "Basic <<basic>>=="}
DSN = "postgresql://shop:<<url>>@db.example.org/@visible_database@"
CONNECTION = "Server=db;User Id=shop;Password=<<connection>>;Timeout=@visible_timeout@"
QUERY = "https://api.example.org/v1?api_key=<<query>>&page=@visible_page@"
secret_key = ("<<implicit>>"
              "<<implicit_rest>>")
db_password = "<<plus>>" + "-" + "<<plus_rest>>"
JOINED = "postgres://shop:" "<<joined_url>>" "@db/shop"
PLUSSED = "https://shop:" + "<<plussed_url>>" + "@db/shop"
private_key = """
<<multi_line>>
<<multi_line_rest>>
"""
PEM = """-----BEGIN RSA PRIVATE KEY-----
MIIEow<<pem>>Qw+Kx/7Pd3RzTn
<<pem_rest>>AoGBAL8xq==
-----END RSA PRIVATE KEY-----"""
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9<<jwt>>.aGVsbG8td29ybGQtaGVsbG8"
TOKEN = "ghp_<<github>>abcdefghijklmnopqrs"[:40]
stored = "<<through_variable>>"
connection = psycopg2.connect(host="@visible_host@", password=stored)


class Config:
    value = "<<class_attribute>>"


def connect(user, password="<<default>>", *, token="<<keyword_default>>"):
    print(f"password=<<f_string>>&user={user}&@visible_f_string@")
    if password == "<<compared>>":
        return hmac.compare_digest("<<digest>>", password)
    api_token = f"{user}:<<f_piece>>"
    return requests.get("@visible_url@", auth=("shop", "<<auth_pair>>"), timeout=5)


def get_password():
    return "<<returned>>"


def run(parser, settings, cfg, user):
    connect("shop", "<<positional>>")
    parser.add_argument("--password", default="<<argparse>>", help="@visible_help@")
    parser.add_argument("--token-file", default="@visible_file@")
    os.getenv("SHOP_PASSWORD", "<<getenv>>")
    key = os.environ.get("API_KEY") or "<<or_default>>"
    secret = os.environ["@visible_VARIABLE@"] if key else "<<conditional>>"
    subprocess.run(["mysql", "--password", "<<argument_list>>", "@visible_db@"], check=True)
    subprocess.run("mysql --password=<<command_equals>> --host @visible_machine@", shell=True)
    subprocess.run("curl -u shop:<<curl>> https://@visible_site@", shell=True)
    subprocess.run("sshpass -p <<sshpass>> ssh @visible_ssh@", shell=True)
    settings["DB_PASSWORD"] = "<<item>>"
    settings.password = "<<attribute>>"
    user.set_password("<<set_password>>")
    cfg.set("database", "password", "<<set_option>>")
    smtplib.SMTP("@visible_mail@").login("shop", "<<login>>")
    paramiko.SSHClient().connect("@visible_ssh_host@", 22, "shop", "<<paramiko>>")
    psycopg2.connect(host="db", password=Config.value)
    decoded = SecretStr("<<secret_type>>")
    api_key = base64.b64decode("<<encoded>>")
    print("the value <<assigned>> is repeated, @visible_repeated@")
    print('{"password": "<<json_text>>", "name": "@visible_json@"}')
    print("user=%s password=%s" % ("@visible_user@", "<<percent>>"))
    print("password: {}, host: {}".format("<<format>>", "@visible_format@"))
    log.debug("token=%s for %s", "<<logged>>", "@visible_logged@")
    print("password must not be empty, @visible_message@")
    first, password = "@visible_first@", "<<unpacked>>"
    match password:
        case "<<matched>>":
            pass
    user.login(password="<word:tigerlilyfield>", name="@visible_name@")
    passphrase = "purple <word:monkeyfurniture> sandwich"
    nonascii_password = "pä<<not_ascii>>"
'''

OLD: Final = """\
# Python 2
password = "<<python2>>"
print "connecting with password=<<printed>>", "@visible_print@"
exec "x = 1"
"""

BROKEN: Final = """\
def fine(path):
    return open(path)

password = "<<beside_error>>"
def broken(:
    token_secret = "<<in_error>>" +
    # password: <<comment_in_error>>
connect(password="<<unclosed>>", x=(
"""

TEST: Final = '''\
"""Checks the login."""


def test_login(client):
    """Logs in with password: <<test_docstring>>"""
    answer = client.post("/login", data={"user": "bob", "password": "<<test_data>>"})
    assert answer.text == "@visible_answer@"
    wrong_password = "<<wrong>>"
    assert not client.login("bob", wrong_password)
'''

PAGE: Final = """\
<html><script>var api_key = "<<template>>";</script>
{{ name|safe }}
<a href="https://bob:<<template_url>>@example.org/">{{ name }}</a></html>
"""

VIEWS: Final = """\
from flask import Flask, render_template, request

app = Flask(__name__)
app.secret_key = "<<flask>>"


@app.route("/")
def index():
    return render_template("page.html", name=request.args["name"])
"""

SETUP: Final = "[database]\npassword = <<setup_cfg>>\n"


def notebook() -> str:
    """A notebook with a secret in a cell, in a shell line, in a magic and in an output."""
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": ["password: <<markdown_cell>>"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["<<output>>\n"]}],
            "source": [
                'password = "<<cell>>"\n',
                "!mysql --password=<<shell_line>> shop\n",
                "%env DB_PASSWORD=<<magic>>\n",
                'print("@visible_cell@")\n',
            ],
        },
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 2,
            "outputs": [],
            "source": ["%%bash\n", "export DB_PASSWORD=<<bash_cell>>\n"],
        },
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1)


FILES: Final = {
    "shop/app.py": APP,
    "shop/settings.py": 'SECRET_KEY = "<<settings>>"\nDEBUG = False; NAME = "@visible_setting@"\n',
    "shop/old.py": OLD,
    "shop/broken.py": BROKEN,
    "tests/test_login.py": TEST,
    "examples/demo.py": 'import shop\nshop.connect("bob", password="<<example>>")\n',
    "shop/views.py": VIEWS,
    "shop/templates/page.html": PAGE,
    "shop/book.ipynb": notebook(),
    "setup.cfg": SETUP,
}


class Planted:
    """The texts of the project, its secrets by their names, and what is none."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.visible: set[str] = set()
        self.files = {path: self._filled(text) for path, text in FILES.items()}

    def _filled(self, text: str) -> str:
        self.visible.update(_VISIBLE.findall(text))
        for name in _MARK.findall(text):
            self.secrets.setdefault(name, value_of(len(self.secrets)))
        for word in _WORD.findall(text):
            self.secrets[word] = word
        text = _MARK.sub(self._value, text)
        return _VISIBLE.sub(r"\1", _WORD.sub(r"\1", text))

    def _value(self, match: re.Match[str]) -> str:
        return self.secrets[match.group(1)]

    def shown_in(self, text: str) -> list[str]:
        """The names of the secrets that a text shows, whole or but for a few letters."""
        found: list[str] = []
        for name, value in self.secrets.items():
            part = value[2:] if value == name else value[:9]
            if value in text or part in text:
                found.append(name)
        return found
