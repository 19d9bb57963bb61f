import os

from flask import Flask, request

app = Flask(__name__)


@app.get("/dead")
def dead_branches():
    word = request.args["word"]
    number = 106
    chosen = "constant" if 7 * 42 - number > 100 else word
    # clean: CWE-78
    os.system(chosen)
    letters = "ABC"
    match letters[1]:
        case "A":
            chosen = word
        case "B":
            chosen = "fixed"
        case _:
            chosen = word
    # clean: CWE-78
    os.system(chosen)
    return ""


@app.get("/elements")
def elements():
    word = request.args["word"]
    items = ["first"]
    items.append(word)
    items.append("last")
    items.pop(0)
    # found: CWE-78
    os.system(items[0])
    # clean: CWE-78
    os.system(items[1])
    table = {"a": "fixed", "b": word}
    # clean: CWE-78
    os.system(table["a"])
    # found: CWE-78
    os.system(table["b"])
    padded = "begin" + word + "end"
    # found: CWE-78
    os.system(padded[5:-3])
    # clean: CWE-78
    os.system(padded[:5])
    return ""


@app.get("/loop")
def loop():
    command = ""
    for part in request.args.getlist("part"):
        command += part
    # found: CWE-78
    os.system(command)
    safe = ""
    for character in request.args["name"]:
        if character.isalnum():
            safe += character
        else:
            safe += f"_{hex(ord(character))}"
    # handled: CWE-78
    os.system("echo " + safe)
    return ""


def run(command, shell):
    import subprocess

    # found: CWE-78
    subprocess.call(command, shell=shell)


def without_shell(command):
    import subprocess

    # unseen: CWE-78 callers of without_shell
    subprocess.call(command)


@app.get("/flags")
def flags():
    run("echo " + request.args["x"], True)
    run(["echo", request.args["x"]], False)
    return ""
