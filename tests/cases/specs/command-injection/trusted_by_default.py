# path: tool.py
import os
import sys


def show():
    # clean: CWE-78
    os.system("ls " + os.environ["FOLDER"])
    # clean: CWE-78
    os.system("file " + sys.argv[1])
