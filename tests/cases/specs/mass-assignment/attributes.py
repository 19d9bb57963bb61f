from flask import Flask, request

app = Flask(__name__)
FIELDS = ("email", "phone")


class User:
    email = ""
    phone = ""


@app.post("/update")
def update():
    user = User()
    for name, value in request.json.items():
        # found: CWE-915
        setattr(user, name, value)
    for name in request.form:
        # found: CWE-915
        setattr(user, name, request.form[name])
    # found: CWE-915
    setattr(user, request.args["field"], 1)
    # found: CWE-915
    setattr(user, "on_" + request.args["field"], 1)
    # found: CWE-915
    setattr(user, request.form.get("name", "email"), 1)
    # found: CWE-915
    object.__setattr__(user, request.form["name"], 1)
    # clean: CWE-915
    setattr(user, "email", request.json["email"])
    for name in FIELDS:
        # clean: CWE-915
        setattr(user, name, request.json[name])
    return ""


@app.post("/checked")
def checked():
    user = User()
    for name, value in request.form.items():
        if name in FIELDS:
            # handled: CWE-915
            setattr(user, name, value)
    for name in request.json:
        if name not in FIELDS:
            continue
        # handled: CWE-915
        setattr(user, name, 1)
    field = request.args["field"]
    if field == "email":
        # handled: CWE-915
        setattr(user, field, 1)
    if field in {"email", "phone"}:
        # handled: CWE-915
        setattr(user, field, 2)
    if field not in ["email"]:
        return ""
    # handled: CWE-915
    setattr(user, field, 3)
    # handled: CWE-915
    object.__setattr__(user, field, 4)
    return ""
