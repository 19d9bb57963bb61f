import asyncio
import os
import shlex
import subprocess

from flask import Flask, abort, request

app = Flask(__name__)
KNOWN = ("status", "version")


@app.route("/ping")
def ping():
    # found: CWE-78
    os.system("ping " + request.args["host"])
    return "done"


@app.route("/run/<name>")
def run(name):
    # found: CWE-78
    subprocess.run(f"service {name} restart", shell=True)
    # handled: CWE-78
    subprocess.run(f"service {shlex.quote(name)} restart", shell=True)
    # clean: CWE-78
    subprocess.run(["service", name, "restart"])
    # found: CWE-78
    subprocess.run([name, "--version"])
    # found: CWE-78
    subprocess.run(["sh", "-c", "service " + name])
    # clean: CWE-78
    subprocess.run("service all restart", shell=True)
    return "done"


@app.route("/async")
async def later():
    # found: CWE-78
    await asyncio.create_subprocess_shell("tail " + request.form.get("file", ""))
    return "done"


def build(word):
    return " ".join(["git", "log", word])


class Job:
    def __init__(self, command):
        self.command = command
        self.options = {"safe": "ls", "bad": command}

    def start(self):
        # found: CWE-78
        os.system(self.command)


@app.route("/helpers")
def helpers():
    # found: CWE-78
    os.popen(build(request.args.get("word")))
    Job(request.headers["X-Command"]).start()
    job = Job(request.headers["X-Command"])
    # found: CWE-78
    os.system(job.options["bad"])
    # clean: CWE-78
    os.system(job.options["safe"])
    return "done"


@app.route("/guards")
def guards():
    action = request.args.get("action", "")
    if action in KNOWN:
        # handled: CWE-78
        os.system("service " + action)
    if action.isalnum():
        # handled: CWE-78
        os.system("service " + action)
    if not action.isdigit():
        abort(400)
    # handled: CWE-78
    os.system(f"kill {action}")
    number = int(request.args["number"])
    # clean: CWE-78
    os.system(f"kill {number}")
    return "done"


def is_plain(word):
    if not word:
        return False
    return all_letters(word)


def all_letters(word):
    return word.isalpha()


def require_plain(word):
    if not is_plain(word):
        raise ValueError(word)


@app.route("/guards-in-helpers")
def guards_in_helpers():
    first = request.args["first"]
    if is_plain(first):
        # handled: CWE-78
        os.system("echo " + first)
    second = request.args["second"]
    require_plain(second)
    # handled: CWE-78
    os.system("echo " + second)
    # found: CWE-78
    os.system("echo " + request.args["third"])
    return "done"
