# path: shop/app.py
# role: web handler
import os

import uvicorn
from flask import Flask
from werkzeug.serving import run_simple
from settings import DEBUG_SERVER

app = Flask(__name__)
# found: CWE-489
app.config["DEBUG"] = True
# clean: CWE-489
app.config["FLASK_DEBUG"] = False
# found: CWE-489
app.debug = True


def serve(args):
    # found: CWE-489
    app.run(debug=True)
    # clean: CWE-489
    app.run(debug=False)
    # handled: CWE-489
    app.run(debug=args.debug)
    # handled: CWE-489
    app.run(debug=os.environ.get("SHOP_DEBUG") == "1")
    # unseen: CWE-489 settings.DEBUG_SERVER
    app.run(debug=DEBUG_SERVER)
    # found: CWE-489
    run_simple("localhost", 80, app, use_debugger=True)
    # found: CWE-489
    uvicorn.run("shop.app:app", reload=True)
    if args.dev:
        # handled: CWE-489
        uvicorn.run("shop.app:app", reload=True)
    # clean: CWE-489
    uvicorn.run("shop.app:app", reload=False)


class DevelopmentConfig:
    # handled: CWE-489
    DEBUG = True


class ProductionConfig:
    # clean: CWE-489
    DEBUG = False


class SiteConfig:
    # found: CWE-489
    DEBUG = True


if __name__ == "__main__":
    # found: CWE-489
    app.run(host="127.0.0.1", debug=True)
