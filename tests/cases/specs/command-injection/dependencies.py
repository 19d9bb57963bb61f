import os
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic import BaseModel

app = FastAPI()


class Manager:
    command = ""


class Order(BaseModel):
    name: str


@dataclass
class Page:
    name: str


def manager():
    return Manager()


ManagerDep = Annotated[Manager, Depends(manager)]


@app.post("/order/{kind}/{rest:path}")
def order(kind: str, rest: str, order: Order, page: Page, one: ManagerDep, two=Depends(manager)):
    # found: CWE-78
    os.system("ls " + kind)
    # found: CWE-78
    os.system("ls " + rest)
    # found: CWE-78
    os.system("ls " + order.name)
    # found: CWE-78
    os.system("ls " + page.name)
    # unseen: CWE-78 callers of order
    os.system(one.command)
    # unseen: CWE-78 callers of order
    os.system(two.command)
