# path: shop/limited.py
# role: library
import socket
import urllib.request

socket.setdefaulttimeout(10)


def fetch(url):
    # handled: CWE-1088
    return urllib.request.urlopen(url)


def fetch_twice(url):
    # handled: CWE-1088
    urllib.request.urlopen(url)
    # handled: CWE-1088
    return urllib.request.urlopen(url)
