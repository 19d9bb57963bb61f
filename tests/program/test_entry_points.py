"""Where programs are entered, by kind."""

from __future__ import annotations

from pathlib import Path

from program_probes import written

from assay.program.entry_points import entry_points_of, scripts_of
from assay.source.door import Door
from places import module_in


def _entries(text: str, folder: Path, file: str) -> list[str]:
    written(text, folder)
    module = module_in(folder, folder / file)
    return [
        f"{entry.line} {entry.kind}: {entry.function.qualname or '<module>'}"
        for entry in entry_points_of(module)
    ]


def test_command_lines(tmp_path: Path) -> None:
    text = """# file: cli.py
import argparse
import click
import typer
app = typer.Typer()
@click.group()
def cli(): pass
@cli.command()
@click.option("--x")
def run(x): pass
@app.command()
def other(): pass
def main():
    parser = argparse.ArgumentParser()
    parser.add_subparsers().add_parser("x").set_defaults(func=helper)
    return parser.parse_args()
def helper(): pass
def command(f): return f
@command
def none(): pass
if __name__ == "__main__":
    main()
"""
    assert _entries(text, tmp_path, "cli.py") == [
        "5 command line: cli",
        "7 command line: run",
        "10 command line: other",
        "14 command line: helper",
        "15 command line: main",
        "20 script: <module>",
    ]


def test_web_routes(tmp_path: Path) -> None:
    text = """# file: web.py
import flask
from aiohttp import web
from django.urls import path
from django.views import View
from fastapi import APIRouter, FastAPI
from flask import Flask, Blueprint
from starlette.routing import Route
import tornado.web
import views
app = Flask(__name__)
api = FastAPI()
router = APIRouter()
@app.route("/")
def index(): pass
@api.get("/x")
async def x(): pass
@router.post("/y")
async def y(): pass
class Page(View):
    def get(self, request): pass
    def helper(self): pass
class Handler(tornado.web.RequestHandler):
    def post(self): pass
urlpatterns = [path("a", views.shown), path("b", Page.as_view())]
routes = [Route("/", endpoint=hello)]
def hello(request): pass
server = web.Application()
server.router.add_get("/z", zed)
async def zed(request): pass
app.add_url_rule("/q", "q", quiet)
def quiet(): pass
# file: views.py
def shown(request): pass
"""
    assert _entries(text, tmp_path, "web.py") == [
        "13 web route: index",
        "15 web route: x",
        "17 web route: y",
        "20 web route: Page.get",
        "23 web route: Handler.post",
        "24 web route: shown",
        "25 web route: hello",
        "28 web route: zed",
        "30 web route: quiet",
    ]


def test_tasks_threads_and_signals(tmp_path: Path) -> None:
    text = """# file: jobs.py
import asyncio, atexit, signal, threading, socketserver
from celery import shared_task
@shared_task
def queued(): pass
def work(): pass
def stop(number, frame): pass
def leave(): pass
async def serve(): pass
async def start():
    asyncio.create_task(serve())
class Runner(threading.Thread):
    def run(self): pass
class Echo(socketserver.BaseRequestHandler):
    def handle(self): pass
threading.Thread(target=work).start()
signal.signal(signal.SIGTERM, stop)
atexit.register(leave)
"""
    assert _entries(text, tmp_path, "jobs.py") == [
        "3 task: queued",
        "10 task: serve",
        "12 thread: Runner.run",
        "14 server: Echo.handle",
        "15 thread: work",
        "16 signal: stop",
        "17 exit handler: leave",
    ]


def test_tests(tmp_path: Path) -> None:
    text = """# file: test_shop.py
import unittest
import pytest
@pytest.fixture
def shop(): pass
def test_it(shop):
    def test_inside(): pass
class TestShop:
    def test_more(self): pass
    def helper(self): pass
class Base(unittest.TestCase):
    def setUp(self): pass
class Case(Base):
    def test_a(self): pass
"""
    assert _entries(text, tmp_path, "test_shop.py") == [
        "3 test: shop",
        "5 test: test_it",
        "8 test: TestShop.test_more",
        "11 test: Base.setUp",
        "13 test: Case.test_a",
    ]


def test_scripts_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project.scripts]\nshop = "shop.cli:main"\n[tool.poetry.scripts]\nold = "a:b"\n'
    )
    (tmp_path / "setup.cfg").write_text(
        "[options.entry_points]\nconsole_scripts =\n  more = shop.cli:more [x]\n  shop = no:no\n"
    )
    scripts = [
        (each.name, each.target)
        for each in scripts_of(Door.of_folder(tmp_path), f"/{tmp_path.name}")
    ]
    assert scripts == [("more", "shop.cli:more"), ("old", "a:b"), ("shop", "shop.cli:main")]


def test_a_project_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    (tmp_path / "setup.cfg").write_text("no section\n")
    assert scripts_of(Door.of_folder(tmp_path), f"/{tmp_path.name}") == []
