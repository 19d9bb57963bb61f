# threat-model: local
# path: tool.py
import os
import shlex
import subprocess
import sys


def show():
    # found: CWE-78
    os.system("ls " + os.environ["FOLDER"])
    # handled: CWE-78
    os.system("ls " + shlex.quote(os.environ["FOLDER"]))
    # found: CWE-78
    subprocess.run("file " + sys.argv[1], shell=True)
    # clean: CWE-78
    subprocess.run(["file", sys.argv[1]])
    with open("hosts") as stream:
        for host in stream:
            # found: CWE-78
            os.system(f"ping {host}")
            if host.isalnum():
                # handled: CWE-78
                os.system(f"ping {host}")
