from flask import Flask, request, session

app = Flask(__name__)
ROLES = ("reader", "writer")


@app.post("/store")
def store():
    # found: CWE-501
    session["role"] = request.form["role"]
    # found: CWE-501
    session[request.form["key"]] = "1"
    # clean: CWE-501
    session["page"] = request.args.get("page", "/")
    # clean: CWE-501
    session["agent"] = request.headers["User-Agent"]
    # found: CWE-501
    session["user_id"] = request.cookies["user"]
    # found: CWE-501
    session["email"] = request.values["email"]
    # found: CWE-501
    session["username"] = {"name": request.form["name"]}
    # found: CWE-501
    session["account"] = request.json["account"]
    # clean: CWE-501
    session["count"] = int(request.form["count"])
    # clean: CWE-501
    session["seen"] = True
    # clean: CWE-501
    session["kind"] = "user"
    return ""


@app.post("/checked")
def checked():
    role = request.form["role"]
    if role in ROLES:
        # handled: CWE-501
        session["role"] = role
    if role == "writer":
        # handled: CWE-501
        session["role"] = role
    if role not in ROLES:
        return "no"
    # handled: CWE-501
    session["role"] = role
    return "yes"


@app.post("/again")
def again():
    page = request.form["page"]
    if page in {"a", "b"}:
        # handled: CWE-501
        session["group"] = page
    kinds = ["x", "y"]
    if page not in kinds:
        return ""
    # handled: CWE-501
    session["group"] = page
    # handled: CWE-501
    session["groups"] = {"page": page}
    return ""
