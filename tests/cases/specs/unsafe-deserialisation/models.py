import torch
from flask import Flask, request
from ruamel.yaml import YAML

app = Flask(__name__)


@app.post("/load")
def load():
    # found: CWE-502
    YAML(typ="unsafe").load(request.get_data())
    YAML(typ="safe").load(request.get_data())
    # found: CWE-502
    torch.load(request.files["model"])
    torch.load(request.files["model"], weights_only=True)
    return ""
