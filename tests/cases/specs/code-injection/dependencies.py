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
    # found: CWE-94
    eval(kind)
    # found: CWE-94
    eval(rest)
    # found: CWE-94
    eval(order.name)
    # found: CWE-94
    eval(page.name)
    # unseen: CWE-94 callers of order
    eval(one.command)
    # unseen: CWE-94 callers of order
    eval(two.command)
