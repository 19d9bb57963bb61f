import asyncio

import falcon
import graphene
import websockets
from channels.generic.websocket import WebsocketConsumer
from shop_pb2_grpc import ShopServicer


def application(environ, start_response):
    # found: CWE-94
    eval(environ["QUERY_STRING"])


async def app(scope, receive, send):
    # found: CWE-94
    eval(scope["query_string"].decode())


class Shop(ShopServicer):
    def Order(self, request, context):
        # found: CWE-94
        eval(request.name)


class Items:
    def on_get(self, req, resp, name):
        # found: CWE-94
        eval(req.get_param("x"))
        # found: CWE-94
        eval(name)


class Query(graphene.ObjectType):
    def resolve_system(self, info, arg):
        # found: CWE-94
        eval(arg)


class Chat(WebsocketConsumer):
    def receive(self, text_data):
        # found: CWE-94
        eval(text_data)


class Echo(asyncio.Protocol):
    def data_received(self, data):
        # found: CWE-94
        eval(data.decode())


def on_message(ch, method, properties, body):
    # found: CWE-94
    eval(body.decode())


async def serve(websocket):
    async for message in websocket:
        # found: CWE-94
        eval(message)
