# file: setup.cfg
# file: main.py
import asyncio
import atexit
import functools
import signal
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import eventlet
from celery import Celery, shared_task
from oslo_service import loopingcall


class Store:
    def save(self, item):
        pass

    def close(self):
        pass

    def start(self):
        reveal_callbacks(Thread(target=self.close))  # callbacks: thread main.Store.close()


class Worker(threading.Thread):
    def run(self):
        pass


def work(first, second=None):
    pass


async def serve(port):
    pass


store = Store()
reveal_callbacks(threading.Thread(target=work, args=(1, "a")))  # callbacks: thread main.work(int, str)
reveal_callbacks(threading.Thread(None, store.save, "name", ("x",)))  # callbacks: thread main.Store.save()
reveal_callbacks(threading.Timer(3, work, [1]))  # callbacks: thread main.work(int)
reveal_callbacks(Worker().start())  # callbacks: thread main.Worker.run()
with ThreadPoolExecutor() as pool:
    reveal_callbacks(pool.submit(store.save, 1))  # callbacks: thread main.Store.save(int)
    reveal_callbacks(pool.map(work, [1, 2]))  # callbacks: thread main.work()
reveal_callbacks(eventlet.spawn(work, 1))  # callbacks: thread main.work(int)
reveal_callbacks(eventlet.spawn_after(9, work, 1))  # callbacks: thread main.work(int)
reveal_callbacks(eventlet.GreenPool().spawn_n(work, 1))  # callbacks: thread main.work(int)
reveal_callbacks(loopingcall.FixedIntervalLoopingCall(store.close))  # callbacks: later main.Store.close()
reveal_callbacks(atexit.register(store.close))  # callbacks: exit main.Store.close()
reveal_callbacks(weakref.finalize(store, work, 1))  # callbacks: exit main.work(int)
reveal_callbacks(signal.signal(signal.SIGTERM, work))  # callbacks: signal main.work()
reveal_callbacks(map(work, [1]))  # callbacks: now main.work()
reveal_callbacks(sorted([1], key=work))  # callbacks: now main.work()
reveal_callbacks(functools.reduce(work, [1]))  # callbacks: now main.work()
reveal_callbacks(threading.Thread(target=functools.partial(work, 1)))  # callbacks: thread main.work()
reveal_callbacks(threading.Thread(target=lambda: work(1)))  # callbacks: thread main.<lambda>()
reveal_callbacks(print(work))  # callbacks: nothing


async def main():
    loop = asyncio.get_running_loop()
    reveal_callbacks(asyncio.create_task(serve(1)))  # callbacks: task main.serve(int)
    reveal_callbacks(asyncio.gather(serve(1), later()))  # callbacks: task main.serve(int), task main.later()
    reveal_callbacks(loop.run_in_executor(None, work, 1))  # callbacks: thread main.work(int)
    reveal_callbacks(loop.call_soon(work, 1))  # callbacks: later main.work(int)
    reveal_callbacks(loop.call_later(2, work, 1))  # callbacks: later main.work(int)
    async with asyncio.TaskGroup() as group:
        reveal_callbacks(group.create_task(serve(1)))  # callbacks: task main.serve(int)
    await asyncio.to_thread(work)


async def later():
    pass


reveal_callbacks(asyncio.run(main()))  # callbacks: now main.main()
app = Celery("x")


@app.task(bind=True)
def queued(self, a):
    return 1


@shared_task
def shared(a):
    return 1


reveal_callees(queued.delay(1))  # callees: main.queued
reveal_callees(queued.apply_async((1,), countdown=3))  # callees: main.queued
reveal_callees(shared.delay(1))  # callees: main.shared
