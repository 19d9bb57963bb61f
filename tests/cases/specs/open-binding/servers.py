# path: shop/serve.py
import argparse
import asyncio
import socket
from http.server import HTTPServer, BaseHTTPRequestHandler

import uvicorn
from flask import Flask

HOST = "0.0.0.0"
NAME = "0.0.0.0"
LOCAL = ("127.0.0.1", 8080)
app = Flask(__name__)


def serve(args, host, bind_to="0.0.0.0"):
    # found: CWE-1327
    app.run(host="0.0.0.0")
    # found: CWE-1327
    app.run(host=HOST, port=80)
    # clean: CWE-1327
    app.run(host="127.0.0.1")
    # handled: CWE-1327
    app.run(host=args.host)
    # handled: CWE-1327
    uvicorn.run(app, host=host)
    # found: CWE-1327
    uvicorn.run(app, host=bind_to)
    # found: CWE-1327
    HTTPServer(("", 8000), BaseHTTPRequestHandler).serve_forever()
    # clean: CWE-1327
    HTTPServer(LOCAL, BaseHTTPRequestHandler).serve_forever()
    # handled: CWE-1327
    HTTPServer((args.host, 8000), BaseHTTPRequestHandler).serve_forever()
    print("listening on 0.0.0.0")


def listen(path, port):
    server = socket.socket()
    # found: CWE-1327
    server.bind(("0.0.0.0", port))
    free = socket.socket()
    # clean: CWE-1327
    free.bind(("", 0))
    local = socket.socket()
    # clean: CWE-1327
    local.bind(("localhost", port))
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(path)


async def listen_async(handler, args, host):
    # found: CWE-1327
    await asyncio.start_server(handler, "0.0.0.0", 9000)
    # handled: CWE-1327
    await asyncio.start_server(handler, args.host, 9000)
    # handled: CWE-1327
    await asyncio.start_server(handler, host, 9000)
    # clean: CWE-1327
    await asyncio.start_server(handler, "localhost", 9000)
    if args.public:
        # handled: CWE-1327
        await asyncio.start_server(handler, host="::", port=9000)
    # clean: CWE-1327
    await asyncio.start_server(handler, host="::1", port=9000)
