# path: shop/files.py
# role: library
import os
import shutil
import stat
from pathlib import Path


def everybody(path, handle):
    # found: CWE-732
    os.chmod(path, 0o777)
    # found: CWE-732
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
    # found: CWE-732
    Path(path).chmod(0o666)
    # found: CWE-732
    os.fchmod(handle, mode=0o646)
    # found: CWE-732
    os.chmod(path, os.stat(path).st_mode | stat.S_IWOTH)
    # found: CWE-732
    os.chmod("/etc/shop/private_key.pem", 0o644)
    # found: CWE-732
    os.umask(0)


def owner(path, mode):
    # clean: CWE-732
    os.chmod(path, 0o750)
    # clean: CWE-732
    os.chmod(path, stat.S_IRWXU | stat.S_IRGRP)
    # clean: CWE-732
    os.chmod("/etc/shop/private_key.pem", 0o600)
    # clean: CWE-732
    os.chmod("/etc/shop/public_key.pem", 0o644)
    # clean: CWE-732
    os.umask(0o077)
    os.chmod(path, mode)


def remove(path):
    # clean: CWE-732
    os.chmod(path, 0o777)
    shutil.rmtree(path)


def on_error(function, path, exc_info):
    # clean: CWE-732
    os.chmod(path, 0o777)
    function(path)


def shared(path):
    # handled: CWE-732
    os.chmod(path, 0o1777)
    # handled: CWE-732
    os.chmod(path, stat.S_ISVTX | 0o777)


def device(path):
    # handled: CWE-732
    old = os.umask(0)
    os.mkfifo(path)
    os.umask(old)
