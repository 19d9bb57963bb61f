# path: shop/api.py
import os

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask_cors import CORS, cross_origin

ORIGINS = ["https://shop.example.com"]
EVERY = ["*"]
app = FastAPI()
# found: CWE-942
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
# found: CWE-942
app.add_middleware(CORSMiddleware, allow_origins=EVERY, allow_credentials=True)
# clean: CWE-942
app.add_middleware(CORSMiddleware, allow_origins=["*"])
# clean: CWE-942
app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)
# found: CWE-942
CORS(app, supports_credentials=True)
# found: CWE-942
CORS(app, origins="*", supports_credentials=True)
# clean: CWE-942
CORS(app, origins=ORIGINS, supports_credentials=True)
# clean: CWE-942
CORS(app)

if os.environ.get("SHOP_DEV"):
    # handled: CWE-942
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)


class TestingConfig:
    # handled: CWE-942
    ALLOWED_HOSTS = ["*"]


class LocalConfig:
    # handled: CWE-942
    ALLOWED_HOSTS = ["*"]


class SiteConfig:
    # clean: CWE-942
    ALLOWED_HOSTS = ["shop.example.com"]


def allowed(shop):
    # found: CWE-942
    CORS(shop, origins=EVERY, supports_credentials=True)
    # clean: CWE-942
    CORS(shop, origins=ORIGINS, supports_credentials=True)
