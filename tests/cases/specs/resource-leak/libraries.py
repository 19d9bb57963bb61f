"""Libraries whose things must be given back: each on the normal way only, and on every way."""

import PIL.Image
import anyio
import asyncio
import asyncpg
import boto3
import bz2
import ctypes
import dbm
import docker
import eventlet
import fsspec
import ftplib
import gevent.socket
import grpc
import gzip
import h5py
import httpx
import imaplib
import io
import kafka
import kubernetes.watch
import logging
import lxml.etree
import lzma
import multiprocessing
import multiprocessing.managers
import pandas
import paramiko
import psycopg
import psycopg2
import pyarrow
import pymongo
import pymysql
import redis
import select
import selectors
import shelve
import smtplib
import socket
import sqlalchemy
import sqlalchemy.orm
import ssl
import tarfile
import trio
import urllib3
import zmq
from multiprocessing import shared_memory


def io_on_the_normal_way(path):
    # found: CWE-772
    value = io.FileIO(path)
    value.readall()
    value.close()


def io_on_every_way(path):
    # handled: CWE-772
    value = io.FileIO(path)
    try:
        value.readall()
    finally:
        value.close()


def ssl_on_the_normal_way(path):
    # found: CWE-772
    return ssl.create_default_context().wrap_socket(socket.create_connection(path))


def ssl_on_every_way(path):
    # handled: CWE-772
    with socket.create_connection(path) as sock:
        with ssl.create_default_context().wrap_socket(sock) as secure:
            return secure.read()


def select_on_the_normal_way(path):
    # found: CWE-772
    value = select.epoll()
    value.register(path)
    value.close()


def select_on_every_way(path):
    # handled: CWE-772
    value = select.epoll()
    try:
        value.register(path)
    finally:
        value.close()


def selectors_on_the_normal_way(path):
    # found: CWE-772
    value = selectors.DefaultSelector()
    value.register(path, 1)
    value.close()


def selectors_on_every_way(path):
    # handled: CWE-772
    value = selectors.DefaultSelector()
    try:
        value.register(path, 1)
    finally:
        value.close()


def tarfile_on_the_normal_way(path):
    # found: CWE-772
    value = tarfile.open(path)
    value.extractall()
    value.close()


def tarfile_on_every_way(path):
    # handled: CWE-772
    value = tarfile.open(path)
    try:
        value.extractall()
    finally:
        value.close()


def gzip_on_the_normal_way(path):
    # found: CWE-772
    value = gzip.open(path)
    value.read()
    value.close()


def gzip_on_every_way(path):
    # handled: CWE-772
    value = gzip.open(path)
    try:
        value.read()
    finally:
        value.close()


def bz2_on_the_normal_way(path):
    # found: CWE-772
    value = bz2.open(path)
    value.read()
    value.close()


def bz2_on_every_way(path):
    # handled: CWE-772
    value = bz2.open(path)
    try:
        value.read()
    finally:
        value.close()


def lzma_on_the_normal_way(path):
    # found: CWE-772
    value = lzma.open(path)
    value.read()
    value.close()


def lzma_on_every_way(path):
    # handled: CWE-772
    value = lzma.open(path)
    try:
        value.read()
    finally:
        value.close()


def shelve_on_the_normal_way(path):
    # found: CWE-772
    value = shelve.open(path)
    value.sync()
    value.close()


def shelve_on_every_way(path):
    # handled: CWE-772
    value = shelve.open(path)
    try:
        value.sync()
    finally:
        value.close()


def dbm_on_the_normal_way(path):
    # found: CWE-772
    value = dbm.open(path)
    value.sync()
    value.close()


def dbm_on_every_way(path):
    # handled: CWE-772
    value = dbm.open(path)
    try:
        value.sync()
    finally:
        value.close()


def ftplib_on_the_normal_way(path):
    # found: CWE-772
    value = ftplib.FTP(path)
    value.login()
    value.quit()


def ftplib_on_every_way(path):
    # handled: CWE-772
    value = ftplib.FTP(path)
    try:
        value.login()
    finally:
        value.quit()


def smtplib_on_the_normal_way(path):
    # found: CWE-772
    value = smtplib.SMTP(path)
    value.login()
    value.quit()


def smtplib_on_every_way(path):
    # handled: CWE-772
    value = smtplib.SMTP(path)
    try:
        value.login()
    finally:
        value.quit()


def imaplib_on_the_normal_way(path):
    # found: CWE-772
    value = imaplib.IMAP4(path)
    value.login()
    value.logout()


def imaplib_on_every_way(path):
    # handled: CWE-772
    value = imaplib.IMAP4(path)
    try:
        value.login()
    finally:
        value.logout()


def multiprocessing_on_the_normal_way(path):
    # found: CWE-772
    value = multiprocessing.Pool()
    value.map(len, path)
    value.terminate()


def multiprocessing_on_every_way(path):
    # handled: CWE-772
    value = multiprocessing.Pool()
    try:
        value.map(len, path)
    finally:
        value.terminate()


def manager_on_the_normal_way(path):
    # found: CWE-772
    value = multiprocessing.Manager()
    value.connect()
    value.shutdown()


def manager_on_every_way(path):
    # handled: CWE-772
    value = multiprocessing.Manager()
    try:
        value.connect()
    finally:
        value.shutdown()


def memory_on_the_normal_way(path):
    # found: CWE-772
    value = shared_memory.SharedMemory(path)
    value.buf.tobytes()
    value.close()


def memory_on_every_way(path):
    # handled: CWE-772
    value = shared_memory.SharedMemory(path)
    try:
        value.buf.tobytes()
    finally:
        value.close()


def logging_on_the_normal_way(path):
    # found: CWE-772
    value = logging.FileHandler(path)
    value.emit(path)
    value.close()


def logging_on_every_way(path):
    # handled: CWE-772
    value = logging.FileHandler(path)
    try:
        value.emit(path)
    finally:
        value.close()


def ctypes_on_the_normal_way(path):
    # found: CWE-772
    value = ctypes.windll.kernel32.OpenProcess(1, False, path)
    path.wait()
    ctypes.windll.kernel32.CloseHandle(value)


def ctypes_on_every_way(path):
    # handled: CWE-772
    value = ctypes.windll.kernel32.OpenProcess(1, False, path)
    try:
        path.wait()
    finally:
        ctypes.windll.kernel32.CloseHandle(value)


async def streams_on_the_normal_way(path):
    # found: CWE-772
    value = await asyncio.start_server(path)
    await value.serve_forever()
    value.close()


async def streams_on_every_way(path):
    # handled: CWE-772
    value = await asyncio.start_server(path)
    try:
        await value.serve_forever()
    finally:
        value.close()


def httpx_on_the_normal_way(path):
    # found: CWE-772
    value = httpx.Client()
    value.send(path)
    value.close()


def httpx_on_every_way(path):
    # handled: CWE-772
    value = httpx.Client()
    try:
        value.send(path)
    finally:
        value.close()


def urllib3_on_the_normal_way(path):
    # found: CWE-772
    value = urllib3.PoolManager().request("GET", path, preload_content=False)
    value.read()
    value.release_conn()


def urllib3_on_every_way(path):
    # handled: CWE-772
    value = urllib3.PoolManager().request("GET", path, preload_content=False)
    try:
        value.read()
    finally:
        value.release_conn()


def paramiko_on_the_normal_way(path):
    # found: CWE-772
    value = paramiko.SSHClient()
    value.exec_command(path)
    value.close()


def paramiko_on_every_way(path):
    # handled: CWE-772
    value = paramiko.SSHClient()
    try:
        value.exec_command(path)
    finally:
        value.close()


def psycopg_on_the_normal_way(path):
    # found: CWE-772
    value = psycopg.connect(path)
    value.execute(path)
    value.close()


def psycopg_on_every_way(path):
    # handled: CWE-772
    value = psycopg.connect(path)
    try:
        value.execute(path)
    finally:
        value.close()


def psycopg2_on_the_normal_way(path):
    # found: CWE-772
    value = psycopg2.connect(path)
    value.commit()
    value.close()


def psycopg2_on_every_way(path):
    # handled: CWE-772
    value = psycopg2.connect(path)
    try:
        value.commit()
    finally:
        value.close()


async def asyncpg_on_the_normal_way(path):
    # found: CWE-772
    value = await asyncpg.connect(path)
    await value.execute(path)
    value.close()


async def asyncpg_on_every_way(path):
    # handled: CWE-772
    value = await asyncpg.connect(path)
    try:
        await value.execute(path)
    finally:
        value.close()


def pymysql_on_the_normal_way(path):
    # found: CWE-772
    value = pymysql.connect(path)
    value.commit()
    value.close()


def pymysql_on_every_way(path):
    # handled: CWE-772
    value = pymysql.connect(path)
    try:
        value.commit()
    finally:
        value.close()


def sqlalchemy_on_the_normal_way(path):
    # found: CWE-772
    value = sqlalchemy.create_engine(path).connect()
    value.execute(path)
    value.close()


def sqlalchemy_on_every_way(path):
    # handled: CWE-772
    value = sqlalchemy.create_engine(path).connect()
    try:
        value.execute(path)
    finally:
        value.close()


def session_on_the_normal_way(path):
    # found: CWE-772
    value = sqlalchemy.orm.Session(path)
    value.commit()
    value.close()


def session_on_every_way(path):
    # handled: CWE-772
    value = sqlalchemy.orm.Session(path)
    try:
        value.commit()
    finally:
        value.close()


def redis_on_the_normal_way(path):
    # found: CWE-772
    value = redis.Redis().pubsub()
    value.subscribe(path)
    value.close()


def redis_on_every_way(path):
    # handled: CWE-772
    value = redis.Redis().pubsub()
    try:
        value.subscribe(path)
    finally:
        value.close()


def pymongo_on_the_normal_way(path):
    # found: CWE-772
    value = pymongo.MongoClient(path)
    value.server_info()
    value.close()


def pymongo_on_every_way(path):
    # handled: CWE-772
    value = pymongo.MongoClient(path)
    try:
        value.server_info()
    finally:
        value.close()


def boto3_on_the_normal_way(path):
    # found: CWE-772
    value = boto3.client("s3")
    value.list_buckets()
    value.close()


def boto3_on_every_way(path):
    # handled: CWE-772
    value = boto3.client("s3")
    try:
        value.list_buckets()
    finally:
        value.close()


def kafka_on_the_normal_way(path):
    # found: CWE-772
    value = kafka.KafkaProducer()
    value.send(path)
    value.close()


def kafka_on_every_way(path):
    # handled: CWE-772
    value = kafka.KafkaProducer()
    try:
        value.send(path)
    finally:
        value.close()


def grpc_on_the_normal_way(path):
    # found: CWE-772
    value = grpc.insecure_channel(path)
    value.unary_unary(path)
    value.close()


def grpc_on_every_way(path):
    # handled: CWE-772
    value = grpc.insecure_channel(path)
    try:
        value.unary_unary(path)
    finally:
        value.close()


def h5py_on_the_normal_way(path):
    # found: CWE-772
    value = h5py.File(path)
    value.create_group(path)
    value.close()


def h5py_on_every_way(path):
    # handled: CWE-772
    value = h5py.File(path)
    try:
        value.create_group(path)
    finally:
        value.close()


def pil_on_the_normal_way(path):
    # found: CWE-772
    value = PIL.Image.open(path)
    value.load()
    value.close()


def pil_on_every_way(path):
    # handled: CWE-772
    value = PIL.Image.open(path)
    try:
        value.load()
    finally:
        value.close()


def lxml_on_the_normal_way(path):
    # found: CWE-772
    value = lxml.etree.iterparse(path)
    value.feed()
    value.close()


def lxml_on_every_way(path):
    # handled: CWE-772
    value = lxml.etree.iterparse(path)
    try:
        value.feed()
    finally:
        value.close()


def pandas_on_the_normal_way(path):
    # found: CWE-772
    value = pandas.ExcelFile(path)
    value.parse()
    value.close()


def pandas_on_every_way(path):
    # handled: CWE-772
    value = pandas.ExcelFile(path)
    try:
        value.parse()
    finally:
        value.close()


def pyarrow_on_the_normal_way(path):
    # found: CWE-772
    value = pyarrow.OSFile(path)
    value.read()
    value.close()


def pyarrow_on_every_way(path):
    # handled: CWE-772
    value = pyarrow.OSFile(path)
    try:
        value.read()
    finally:
        value.close()


def fsspec_on_the_normal_way(path):
    # found: CWE-772
    value = fsspec.filesystem("file").open(path)
    value.read()
    value.close()


def fsspec_on_every_way(path):
    # handled: CWE-772
    value = fsspec.filesystem("file").open(path)
    try:
        value.read()
    finally:
        value.close()


def zmq_on_the_normal_way(path):
    # found: CWE-772
    value = zmq.Context().socket(1)
    value.bind(path)
    value.close()


def zmq_on_every_way(path):
    # handled: CWE-772
    value = zmq.Context().socket(1)
    try:
        value.bind(path)
    finally:
        value.close()


def docker_on_the_normal_way(path):
    # found: CWE-772
    value = docker.from_env()
    value.ping()
    value.close()


def docker_on_every_way(path):
    # handled: CWE-772
    value = docker.from_env()
    try:
        value.ping()
    finally:
        value.close()


def kubernetes_on_the_normal_way(path):
    # found: CWE-772
    value = kubernetes.watch.Watch()
    value.stream(path)
    value.stop()


def kubernetes_on_every_way(path):
    # handled: CWE-772
    value = kubernetes.watch.Watch()
    try:
        value.stream(path)
    finally:
        value.stop()


def eventlet_on_the_normal_way(path):
    # found: CWE-772
    value = eventlet.Timeout(5)
    path.wait()
    value.cancel()


def eventlet_on_every_way(path):
    # handled: CWE-772
    value = eventlet.Timeout(5)
    try:
        path.wait()
    finally:
        value.cancel()


def gevent_on_the_normal_way(path):
    # found: CWE-772
    value = gevent.socket.create_connection(path)
    value.recv(80)
    value.close()


def gevent_on_every_way(path):
    # handled: CWE-772
    value = gevent.socket.create_connection(path)
    try:
        value.recv(80)
    finally:
        value.close()


async def trio_on_the_normal_way(path):
    # found: CWE-772
    value = await trio.open_tcp_stream(path, 80)
    await value.send_all(path)
    await value.aclose()


async def trio_on_every_way(path):
    # handled: CWE-772
    value = await trio.open_tcp_stream(path, 80)
    try:
        await value.send_all(path)
    finally:
        await value.aclose()


async def anyio_on_the_normal_way(path):
    # found: CWE-772
    value = await anyio.open_file(path)
    await value.read()
    await value.aclose()


async def anyio_on_every_way(path):
    # handled: CWE-772
    value = await anyio.open_file(path)
    try:
        await value.read()
    finally:
        await value.aclose()


def left_to_its_library(path):
    # clean: CWE-772
    image = PIL.Image.open(path)
    return image.size


def handler_of_a_logger(path):
    # handled: CWE-772
    handler = logging.FileHandler(path)
    logging.getLogger("depot").addHandler(handler)
