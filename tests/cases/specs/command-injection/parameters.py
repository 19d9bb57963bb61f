import os
import subprocess

import click

SERVICE = "web"


def restart(name):
    # found: CWE-78
    os.system(f"service {name} restart")


def whatever(command):
    # unseen: CWE-78 callers of whatever
    os.system(command)


def fixed():
    restart_all(SERVICE)


def restart_all(name):
    # clean: CWE-78
    os.system("service " + name)


def listing(folder):
    # clean: CWE-78
    subprocess.run(["ls", folder])


def constant():
    # clean: CWE-78
    os.system("true")


@click.command()
@click.argument("lang")
def translate(lang):
    # clean: CWE-78
    os.system("pybabel init -l " + lang)
