import ldap
import ldap.filter
import ldap3
from flask import Flask, request
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

app = Flask(__name__)
BASE = "ou=people,dc=test"


def bind():
    connection = ldap3.Connection(ldap3.Server("ldap.test"))
    connection.bind()
    return connection


@app.post("/login")
def login():
    user = request.form["user"]
    connection = bind()
    # found: CWE-90
    connection.search(BASE, f"(uid={user})")
    # found: CWE-90
    connection.search(BASE, "(&(objectClass=person)(uid=" + user + "))", attributes=["cn"])
    # found: CWE-90
    connection.search(f"uid={user},{BASE}", "(objectClass=*)")
    # handled: CWE-90
    connection.search(BASE, f"(uid={escape_filter_chars(user)})")
    # handled: CWE-90
    connection.search(f"uid={escape_rdn(user)},{BASE}", "(objectClass=*)")
    # clean: CWE-90
    connection.search(BASE, "(objectClass=person)")
    if user.isalnum():
        # handled: CWE-90
        connection.search(BASE, f"(uid={user})")
    return ""


@app.post("/old")
def old():
    user = request.form["user"]
    connection = ldap.initialize("ldap://ldap.test")
    # found: CWE-90
    connection.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % user)
    # handled: CWE-90
    connection.search_s(BASE, ldap.SCOPE_SUBTREE, ldap.filter.filter_format("(uid=%s)", [user]))
    # handled: CWE-90
    connection.search_s(BASE, 2, "(uid=" + ldap.filter.escape_filter_chars(user) + ")")
    # found: CWE-90
    connection.search_ext_s(BASE, 2, filterstr=f"(mail={request.args['mail']})")
    return ""


class Directory:
    def authenticate(self, form):
        self.user = form.data["user"]
        self.domain = "example"
        self.connection = bind()

    def find(self):
        # found: CWE-90
        self.connection.search(BASE, "(uid={0})".format(self.user))
        # handled: CWE-90
        self.connection.search(BASE, "(uid={0})".format(escape_filter_chars(self.user)))
