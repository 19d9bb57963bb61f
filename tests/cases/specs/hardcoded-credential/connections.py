# path: shop/storage.py
# role: library
import ftplib
import smtplib

import psycopg2
import pymysql
import requests

# found: CWE-798
DB_PASSWORD = "s3cr3t-pa55"
# found: CWE-798
SETTINGS_DB = {"host": "db", "user": "shop", "password": "tiger"}
# found: CWE-798
ADDRESS = "https://shop:hunter22@api.example.com/orders"
# found: CWE-798
DSN = "host=db user=shop password=Tr0ub4dor"
# clean: CWE-798
PLAIN = "https://api.example.com:8443/orders"
# clean: CWE-798
TEMPLATE = "postgresql://{user}:{password}@{host}/shop"
# clean: CWE-798
OTHER = "postgresql://%(user)s:%(password)s@db/shop"
# clean: CWE-798
MANUAL = "mysql://user:password@localhost/shop"


def connect(host):
    # found: CWE-798
    first = psycopg2.connect(host=host, user="shop", password="hunter2")
    # found: CWE-798
    second = pymysql.connect(host, "shop", "opensesame", "shop")
    # found: CWE-798
    third = requests.get("https://api.example.com", auth=("shop", "q1w2e3r4"))
    mail = smtplib.SMTP("mail.example.com")
    # found: CWE-798
    mail.login("shop", "letmein")
    # found: CWE-798
    ftp = ftplib.FTP("ftp.example.com", "shop", "xyzzy1")
    return first, second, third, ftp


def login(user, password):
    return user, password


def start():
    # found: CWE-798
    return login("admin", "p4ssw0rd!")
