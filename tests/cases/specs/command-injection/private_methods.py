"""Methods whose names a class keeps to itself are called like any others."""

import os
import shlex
import threading

from flask import request
from flask.views import MethodView


class Runs(MethodView):
    def __run(self, command):
        # found: CWE-78
        os.system("ls " + command)

    def get(self):
        self.__run(request.args["folder"])
        return "done"


class Quotes(MethodView):
    def __run(self, command):
        # handled: CWE-78
        os.system("ls " + command)

    def __quoted(self, name):
        return shlex.quote(name)

    def get(self):
        self.__run(self.__quoted(request.args["folder"]))
        return "done"


class Gives(MethodView):
    @staticmethod
    def __folder():
        return request.args["folder"]

    def get(self):
        # found: CWE-78
        os.system("ls " + Gives.__folder())
        return "done"


class Keeps(MethodView):
    __prefix = "ls "

    def __init__(self):
        self.__folder = request.args["folder"]

    def get(self):
        # found: CWE-78
        os.system(self.__prefix + self.__folder)
        return "done"


class _Hidden(MethodView):
    def __run(self, command):
        # found: CWE-78
        os.system("ls " + command)

    def get(self):
        def later():
            self.__run(request.args["folder"])

        later()
        return "done"


class Starts(MethodView):
    def __run(self, command):
        # found: CWE-78
        os.system("ls " + command)

    def get(self):
        threading.Thread(target=self.__run, args=(request.args["folder"],)).start()
        return "done"


class OnlyConstants(MethodView):
    def __run(self, command):
        # clean: CWE-78
        os.system("ls " + command)

    def get(self):
        self.__run("/srv")
        return "done"
