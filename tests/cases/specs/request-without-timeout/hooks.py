# path: shop/hooks.py
# role: library
import urllib.request

import httpx
import requests
from requests import Session


def send(hook, event):
    # found: CWE-1088
    requests.post(hook, json=event)
    # found: CWE-1088
    requests.get(hook, timeout=None)
    # found: CWE-1088
    urllib.request.urlopen(hook)
    session = Session()
    # found: CWE-1088
    session.get(hook)
    # found: CWE-1088
    httpx.get(hook, timeout=None)
    # found: CWE-1088
    requests.request("GET", hook)


def send_in_time(hook, event, limit, settings):
    # clean: CWE-1088
    requests.post(hook, json=event, timeout=10)
    # handled: CWE-1088
    requests.post(hook, json=event, timeout=limit)
    # handled: CWE-1088
    requests.post(hook, json=event, timeout=settings.timeout)
    # clean: CWE-1088
    urllib.request.urlopen(hook, None, 5)
    # handled: CWE-1088
    urllib.request.urlopen(hook, timeout=limit)
    httpx.get(hook)
    options = {"timeout": 3}
    requests.get(hook, **options)


def test_hook(hook):
    # handled: CWE-1088
    requests.get(hook)
