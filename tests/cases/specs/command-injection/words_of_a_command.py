"""What a word of a list of arguments is to the program: an argument, or text that something runs."""

import asyncio
import os
import shlex
import subprocess
import sys

from flask import Flask, request

app = Flask(__name__)


@app.route("/execl")
def execl():
    # found: CWE-78
    os.execl("/bin/sh", "sh", "-c", request.args["c"])


@app.route("/own-python")
def own_python():
    # found: CWE-78
    subprocess.run([sys.executable, "-c", request.args["c"]])
    return "done"


@app.route("/sudo")
def sudo():
    # found: CWE-78
    subprocess.run(["sudo", "-u", "www", "sh", "-c", request.args["c"]])
    return "done"


@app.route("/ssh")
def ssh():
    # found: CWE-78
    subprocess.run(["ssh", "-o", "BatchMode=yes", "host", request.args["c"]])
    return "done"


@app.route("/ssh-later-word")
def ssh_later_word():
    command = ["ssh", "-p", "22", "host", "ls"]
    command += [request.args["folder"]]
    # found: CWE-78
    subprocess.check_call(command)
    return "done"


@app.route("/ssh-by-password")
def ssh_by_password():
    # found: CWE-78
    subprocess.run(["sshpass", "-p", "x", "ssh", "host", "ls " + request.args["folder"]])
    return "done"


@app.route("/pipefail")
def pipefail():
    # found: CWE-78
    subprocess.Popen(["bash", "-eu", "-o", "pipefail", "-c", f"ls {request.args['folder']}"])
    return "done"


@app.route("/container")
def container():
    # found: CWE-78
    subprocess.run(["docker", "exec", "web", "sh", "-c", request.args["c"]])
    return "done"


@app.route("/perl")
def perl():
    # found: CWE-78
    subprocess.run(["env", "LANG=C", "perl", "-ne", request.args["c"], "/srv/log"])
    return "done"


@app.route("/another-user")
def another_user():
    # found: CWE-78
    subprocess.run(["su", "www", "-c", "ls " + request.args["folder"]])
    return "done"


@app.route("/spawnlp")
def spawnlp():
    # found: CWE-78
    os.spawnlp(os.P_WAIT, "bash", "bash", "-lc", request.args["c"])
    return "done"


@app.route("/execv")
def execv():
    # found: CWE-78
    os.execv("/bin/sh", ["worker", "-c", request.args["c"]])


@app.route("/coroutine")
async def coroutine():
    # found: CWE-78
    await asyncio.create_subprocess_exec("sh", "-c", request.args["c"])
    return "done"


@app.route("/spread")
async def spread():
    words = ["node", "--eval", request.args["c"]]
    # found: CWE-78
    await asyncio.create_subprocess_exec(*words)
    return "done"


@app.route("/program")
def program():
    # found: CWE-78
    os.execlp(request.args["c"], "worker")


@app.route("/argument")
def argument():
    # clean: CWE-78
    subprocess.run(["ls", "--", request.args["folder"]])
    return "done"


@app.route("/argument-of-a-script")
def argument_of_a_script():
    # clean: CWE-78
    subprocess.run(["sh", "-c", 'ls -- "$1"', "sh", request.args["folder"]])
    return "done"


@app.route("/argument-of-a-file")
def argument_of_a_file():
    # clean: CWE-78
    subprocess.run(["bash", "/srv/list.sh", "-c", request.args["folder"]])
    return "done"


@app.route("/module")
def module():
    # clean: CWE-78
    subprocess.run([sys.executable, "-m", "compileall", request.args["folder"]])
    return "done"


@app.route("/execl-argument")
def execl_argument():
    # clean: CWE-78
    os.execl("/bin/ls", "ls", "--", request.args["folder"])


@app.route("/package-called-ssh")
def package_called_ssh():
    # clean: CWE-78
    subprocess.run(["apt-get", "install", "ssh", "git", request.args["package"]])
    return "done"


@app.route("/quoted-for-the-other-shell")
def quoted_for_the_other_shell():
    # handled: CWE-78
    subprocess.run(["ssh", "host", "ls", shlex.quote(request.args["folder"])])
    return "done"


@app.route("/number-for-python")
def number_for_python():
    # clean: CWE-78
    subprocess.run([sys.executable, "-c", f"print({int(request.args['n'])})"])
    return "done"
