# path: shop/forms.py
# role: library
import re

# clean: CWE-798
PASSWORD = "password"
# clean: CWE-798
PASSWORD_LABEL = "Enter your password"
# clean: CWE-798
TOKEN = "NextToken"
# clean: CWE-798
AUTH_TOKEN = "Bearer"
# clean: CWE-798
TOKEN_TYPE = "token_type"
# clean: CWE-798
DB_PASSWORD = "changeme"
# clean: CWE-798
API_KEY = "<your-api-key>"
# clean: CWE-798
SECRET_KEY = "${SECRET_KEY}"
# clean: CWE-798
PASSWORD_ENV = "SHOP_DB_PASSWORD"
# clean: CWE-798
DEFAULT_PASSWORD = "SHOP_PASSWORD"
# clean: CWE-798
ROOT_PASSWORD = ""
# clean: CWE-798
ADMIN_PASSWORD = "********"
# clean: CWE-798
PRIVATE_KEY = "/etc/ssl/private/shop.pem"
# clean: CWE-798
SECRET = "shop.secrets.Vault"
# clean: CWE-798
PASSWORD_REGEX = r"^\w{8,}$"
HASH = {
    # clean: CWE-798
    "password": "pbkdf2",
    # clean: CWE-798
    "token": "csrf_token",
    # clean: CWE-798
    "secret": "string",
}
OPTIONS = ["--password", "--api-key"]


def render(form, parser, kind):
    # clean: CWE-798
    form.add(password="Password:")
    # clean: CWE-798
    parser.add_argument("--password", default="")
    # clean: CWE-798
    if kind == "pa55word-field":
        return None
    # clean: CWE-798
    token = "end"
    # clean: CWE-798
    password = f"{form.prefix}-{kind}"
    # clean: CWE-798
    passwd_error = "Passwords do not match."
    return re.match(PASSWORD_REGEX, password), token, passwd_error


class AuthType:
    # clean: CWE-798
    PASSWORD = "pw"
    # clean: CWE-798
    SECRET = "shared"


class Template:
    # clean: CWE-798
    update_token = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d"


DIGESTS = {
    # clean: CWE-798
    "Shop::Api::ApiKey": "48205d4ffd7feba3",
    "index": "9f86d081884c7d659a2feaa0c55ad015",
    "cart": "0b14d501a594442a01c6859541bcb3e8",
    "order": "62c66a7a5dd70c3146618063c344e531",
    # clean: CWE-798
    "secret": "e3afed0047b08059d0fada10f400c1e5",
}
