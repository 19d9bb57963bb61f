# path: shop/mail.py
# role: library
import ftplib
import imaplib
import poplib
import smtplib
import ssl
import telnetlib

import requests


def open_connections(host, user, password):
    mail = smtplib.SMTP(host)
    # found: CWE-319
    mail.login(user, password)
    files = ftplib.FTP(host)
    # found: CWE-319
    files.login(user, password)
    # found: CWE-319
    more = ftplib.FTP(host, user, password)
    box = imaplib.IMAP4(host)
    # found: CWE-319
    box.login(user, password)
    old = poplib.POP3(host)
    # found: CWE-319
    old.pass_(password)
    # found: CWE-319
    terminal = telnetlib.Telnet(host)
    return mail, files, more, box, old, terminal


def over_http(token):
    # found: CWE-319
    requests.get("http://api.shop.com/orders", auth=("user", token), timeout=5)
    # found: CWE-319
    requests.post(
        "http://api.shop.com/orders", headers={"Authorization": token}, timeout=5
    )


def with_tls(host, user, password):
    mail = smtplib.SMTP(host)
    mail.starttls(context=ssl.create_default_context())
    # handled: CWE-319
    mail.login(user, password)


def with_tls_if_offered(host, user, password, tls):
    mail = smtplib.SMTP(host)
    if tls:
        mail.starttls()
    # handled: CWE-319
    mail.login(user, password)


def box_with_tls(host, user, password):
    box = imaplib.IMAP4(host)
    box.starttls()
    # handled: CWE-319
    box.login(user, password)


def old_with_tls(host, password):
    old = poplib.POP3(host)
    old.stls()
    # handled: CWE-319
    old.pass_(password)


def encrypted(host, user, password, base):
    smtplib.SMTP_SSL(host).login(user, password)
    ftplib.FTP(host).login()
    ftplib.FTP(host).login("anonymous", "guest@")
    # clean: CWE-319
    requests.get("https://api.shop.com/http:", auth=(user, password), timeout=5)
    # clean: CWE-319
    requests.get("http://localhost:8000/", auth=(user, password), timeout=5)
    # clean: CWE-319
    requests.get("http://127.0.0.1:8000/", auth=(user, password), timeout=5)
    requests.get("http://api.shop.com/public", timeout=5)
    requests.get(base, auth=(user, password), timeout=5)
