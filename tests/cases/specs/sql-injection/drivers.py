import re
import sqlite3
import uuid

import psycopg2
import sqlalchemy
from flask import Flask, request

app = Flask(__name__)


@app.get("/sqlite")
def sqlite():
    name = request.args["name"]
    connection = sqlite3.connect("shop.db")
    cursor = connection.cursor()
    # found: CWE-89
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # found: CWE-89
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % name)
    # found: CWE-89
    connection.execute(f"DELETE FROM users WHERE name = '{name}'")
    # clean: CWE-89
    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))
    # handled: CWE-89
    cursor.execute("SELECT * FROM users WHERE name = '" + name.replace("'", "''") + "'")
    # clean: CWE-89
    cursor.execute("SELECT * FROM users LIMIT %d" % int(name))
    return ""


def get_connection():
    return psycopg2.connect("dbname=shop")


@app.get("/postgres")
def postgres():
    column = request.args.get("column", "name")
    with get_connection() as connection, connection.cursor() as cursor:
        # found: CWE-89
        cursor.execute("SELECT %s FROM users" % column)
        if column in ("name", "age"):
            # handled: CWE-89
            cursor.execute("SELECT %s FROM users" % column)
        if re.fullmatch("[a-z_]+", column):
            # handled: CWE-89
            cursor.execute("SELECT {} FROM users".format(column))
        if "'" not in column:
            # handled: CWE-89
            cursor.execute(f"SELECT * FROM users WHERE name = '{column}'")
            # found: CWE-89
            cursor.execute(f"SELECT {column} FROM users")
    return ""


@app.get("/engine")
def engine(db):
    key = request.args["key"]
    # found: CWE-89
    db.session.execute(sqlalchemy.text("SELECT * FROM t WHERE k = " + key))
    # handled: CWE-89
    db.session.execute("SELECT * FROM t WHERE k = '%s'" % key.replace("'", ""))
    ident = uuid.UUID(request.args["ident"])
    # clean: CWE-89
    db.session.execute(f"SELECT * FROM t WHERE id = '{ident}'")
    columns = {"a": "first", "b": "second"}
    # clean: CWE-89
    db.session.execute("SELECT " + columns[key] + " FROM t")
    if re.match("[a-z]+", key):
        # found: CWE-89
        db.session.execute("SELECT " + key + " FROM t")
    if key.isidentifier():
        # handled: CWE-89
        db.session.execute("SELECT " + key + " FROM t")
    order = "ASC" if request.args.get("up") == "1" else "DESC"
    # clean: CWE-89
    db.session.execute("SELECT * FROM t ORDER BY a " + order)
    return ""


class Store:
    def __init__(self, connection):
        self.connection = connection

    def find(self, name):
        # unseen: CWE-89 callers of Store.find
        return self.connection.execute("SELECT * FROM t WHERE name = '" + name + "'")
