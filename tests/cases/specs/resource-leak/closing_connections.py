"""`with` on a connection of these libraries ends its transaction; `closing` ends the connection."""

import contextlib
import sqlite3
from contextlib import ExitStack, aclosing, closing

import httpx
import psycopg2
import pymysql
import pyodbc


def closed_where_it_is_made(path):
    # handled: CWE-772
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select 1").fetchall()


def closed_a_line_later(path):
    # handled: CWE-772
    db = sqlite3.connect(path)
    with closing(db):
        return db.execute("select 1").fetchall()


def closed_under_another_name(path):
    # handled: CWE-772
    db = psycopg2.connect(path)
    with contextlib.closing(db) as connection:
        return connection.cursor()


def closed_and_in_a_transaction(path):
    # handled: CWE-772
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("delete from t")


def manager_kept_in_a_variable(source):
    # handled: CWE-772
    manager = closing(pyodbc.connect(source))
    with manager as db:
        db.execute("delete from t")


def on_a_stack(path):
    with ExitStack() as stack:
        # handled: CWE-772
        db = stack.enter_context(closing(sqlite3.connect(path)))
        db.execute("delete from t")


async def closed_by_a_coroutine(url):
    # handled: CWE-772
    client = httpx.AsyncClient()
    async with aclosing(client) as db:
        await db.delete(url, timeout=3)


def only_the_transaction(path):
    # found: CWE-772
    with sqlite3.connect(path) as db:
        db.execute("delete from t")


def only_the_transaction_a_line_later(source):
    # found: CWE-772
    db = psycopg2.connect(source)
    with db:
        db.cursor().execute("delete from t")


def closing_never_entered(path, ready):
    # found: CWE-772
    db = sqlite3.connect(path)
    if not ready(db.total_changes):
        return None
    with closing(db):
        return db.execute("select 1").fetchall()


def closes_of_itself(host):
    # handled: CWE-772
    with pymysql.connect(host=host) as db:
        db.cursor().execute("delete from t")
