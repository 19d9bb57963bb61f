# path: shop/app.py
# role: web handler
from flask import Flask, make_response, request

app = Flask(__name__)
# found: CWE-614
app.config["SESSION_COOKIE_SECURE"] = False
# found: CWE-614
app.config.update(SESSION_COOKIE_HTTPONLY=False)
# clean: CWE-614
app.config["REMEMBER_COOKIE_SECURE"] = True


@app.route("/login", methods=["POST"])
def login():
    response = make_response("welcome")
    # found: CWE-614
    response.set_cookie("session", new_session(), httponly=True)
    # found: CWE-614
    response.set_cookie("auth_token", new_session(), secure=False)
    # found: CWE-614
    response.set_cookie("anything", request.form["x"], secure=False, httponly=True)
    # found: CWE-614
    response.set_cookie("user_id", "17")
    # found: CWE-614
    response.set_cookie("refresh_token", new_session(), secure=True, httponly=False)
    return response


@app.route("/safe", methods=["POST"])
def safe():
    response = make_response("welcome")
    # clean: CWE-614
    response.set_cookie("session", new_session(), secure=True, httponly=True)
    # clean: CWE-614
    response.set_cookie("language", "en")
    # clean: CWE-614
    response.set_cookie("csrftoken", new_session(), secure=True, httponly=False)
    return response


@app.route("/decided", methods=["POST"])
def decided(secure=None):
    response = make_response("welcome")
    # handled: CWE-614
    response.set_cookie("session", new_session(), secure=request.is_secure, httponly=True)
    # handled: CWE-614
    response.set_cookie("session", new_session(), secure=app.config["HTTPS"])
    # handled: CWE-614
    response.set_cookie("session", new_session(), secure=not app.debug)
    if app.config["DEVELOPMENT"]:
        # handled: CWE-614
        response.set_cookie("session", new_session(), secure=False)
    flags = {"secure": True}
    response.set_cookie("session", new_session(), **flags)
    return response


# a wrapper: who calls it names the cookie
def keep(response, name, value, secure=False):
    # handled: CWE-614
    response.set_cookie(name, value, secure=secure)


def client_side(session, cookie):
    session.cookies.set_cookie(cookie)
    session.cookies.set_cookie("session", "x")
