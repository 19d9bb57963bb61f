from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
client = MongoClient()


@app.post("/login")
def login():
    users = client.shop.users
    data = request.get_json()
    # found: CWE-943
    users.find_one({"name": request.json["name"]})
    # found: CWE-943
    users.find(request.get_json())
    # found: CWE-943
    users.find_one({"name": "x", "password": data["password"]})
    # found: CWE-943
    users.delete_many({"name": data.get("name")})
    # found: CWE-943
    users.update_one({"id": data["id"]}, {"$set": {"a": 1}})
    # found: CWE-943
    users.count_documents({"tag": data["tag"]})
    # clean: CWE-943
    users.find_one({"name": request.form["name"]})
    # clean: CWE-943
    users.find_one({"name": str(data["name"])})
    # clean: CWE-943
    users.find_one({"age": int(data["age"])})
    # clean: CWE-943
    users.find_one({"name": "admin"})
    return ""


@app.post("/more")
def more():
    users = client.shop.users
    # clean: CWE-943
    users.find_one({"name": request.args["name"]})
    # clean: CWE-943
    users.find_one({"name": request.args.get("name")})
    kind = request.json["kind"]
    if kind in ("a", "b"):
        # handled: CWE-943
        users.find_one({"kind": kind})
        # handled: CWE-943
        users.find({"kind": kind})
    if kind == "c":
        # handled: CWE-943
        users.find({"kind": kind})
        # handled: CWE-943
        users.delete_one({"kind": kind})
    if kind not in ("a", "b"):
        return ""
    # handled: CWE-943
    users.find({"kind": kind})
    # handled: CWE-943
    users.aggregate([{"$match": {"kind": kind}}])
    # clean: CWE-943
    users.aggregate([{"$match": {"name": request.form["name"]}}])
    return ""
