# only: command-injection
import asyncio
import os

import falcon
import graphene
import websockets
from channels.generic.websocket import WebsocketConsumer
from shop_pb2_grpc import ShopServicer


def application(environ, start_response):
    # found: CWE-78
    os.system("ls " + environ["QUERY_STRING"])


async def app(scope, receive, send):
    # found: CWE-78
    os.system("ls " + scope["query_string"].decode())


class Shop(ShopServicer):
    def Order(self, request, context):
        # found: CWE-78
        os.system("ls " + request.name)


class Items:
    def on_get(self, req, resp, name):
        # found: CWE-78
        os.system("ls " + req.get_param("x"))
        # found: CWE-78
        os.system("ls " + name)


class Query(graphene.ObjectType):
    def resolve_system(self, info, arg):
        # found: CWE-78
        os.system("ls " + arg)


class Chat(WebsocketConsumer):
    def receive(self, text_data):
        # found: CWE-78
        os.system("ls " + text_data)


class Echo(asyncio.Protocol):
    def data_received(self, data):
        # found: CWE-78
        os.system("ls " + data.decode())


def on_message(ch, method, properties, body):
    # found: CWE-78
    os.system("ls " + body.decode())


async def serve(websocket):
    async for message in websocket:
        # found: CWE-78
        os.system("ls " + message)
