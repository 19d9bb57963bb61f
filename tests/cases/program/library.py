# file: setup.cfg
# file: main.py
import argparse
import logging
import os
import re
import socket
import subprocess
import threading
from pathlib import Path

LOG = logging.getLogger(__name__)

reveal_callees(os.path.join("a", "b"))  # callees: = os.path.join
reveal_callees(LOG.info("x"))  # callees: = logging.Logger.info
reveal_callees(open("x").read())  # callees: = io.TextIOWrapper.read
reveal_callees(socket.create_connection(("a", 1)).recv(1))  # callees: = socket.socket.recv
reveal_callees((Path("a") / "b").read_text())  # callees: = pathlib.Path.read_text
reveal_callees("a".join([]))  # callees: = str.join
reveal_callees(threading.Thread(target=None).start())  # callees: = threading.Thread.start
reveal_type(re.match("a", "b"))  # type: None | re.Match[str]
reveal_type(subprocess.run(["a"]).returncode)  # type: int
reveal_callees(argparse.ArgumentParser().parse_args())  # callees: = argparse.ArgumentParser.parse_args
with open("x") as stream:
    reveal_callees(stream.write(""))  # callees: = io.TextIOWrapper.write
    for line in stream:
        reveal_type(line)  # type: str
