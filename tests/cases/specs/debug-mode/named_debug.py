# path: shop/debug_views.py
# role: web handler
from flask import Flask

app = Flask(__name__)
# found: CWE-489
app.config["DEBUG"] = True


def serve():
    # found: CWE-489
    app.run(debug=True)


def serve_for_development():
    # handled: CWE-489
    app.run(debug=True)
