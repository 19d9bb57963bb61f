"""The depot's pages."""

import requests
from flask import Flask, jsonify
from flask_cors import CORS

from depot import settings
from depot.storage import pages

app = Flask(__name__)
app.register_blueprint(pages)
CORS(app, origins=["https://depot.example"], supports_credentials=True)


@app.route("/mirror/<name>")
def mirror(name):
    """What the mirror says of an upload."""
    answer = requests.get(
        f"https://mirror.depot.example/{name}",
        auth=(settings.MIRROR_USER, settings.MIRROR_PASSWORD),
        timeout=10,
        verify=False,
    )
    return jsonify(answer.json())


@app.route("/status")
def status():
    """What the picture service says of itself."""
    answer = requests.get("https://pictures.depot.example/status", timeout=10)
    return jsonify(answer.json())


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8080, debug=True)
