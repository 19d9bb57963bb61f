import anthropic
import openai
from flask import Flask, request

app = Flask(__name__)
client = anthropic.Anthropic()
other = openai.OpenAI()
TOPICS = ("cats", "dogs")


@app.post("/ask")
def ask():
    text = request.form["text"]
    # found: CWE-1427
    client.messages.create(model="m", system="Answer about " + text, messages=[])
    # found: CWE-1427
    client.messages.create(model="m", system=text, messages=[])
    # found: CWE-1427
    client.messages.create(model="m", system=f"You help {request.args['name']}", messages=[])
    # found: CWE-1427
    other.responses.create(model="m", instructions="Be kind to " + text, input="x")
    # found: CWE-1427
    other.responses.create(model="m", instructions="%s" % text, input="x")
    # found: CWE-1427
    anthropic.Anthropic().messages.create(model="m", system=request.json["system"], messages=[])
    # clean: CWE-1427
    client.messages.create(model="m", system="Be kind", messages=[{"role": "user", "content": text}])
    # clean: CWE-1427
    other.responses.create(model="m", instructions="Be kind", input=text)
    return ""


@app.post("/topic")
def topic():
    name = request.form["topic"]
    if name in TOPICS:
        # handled: CWE-1427
        client.messages.create(model="m", system="Answer about " + name, messages=[])
        # handled: CWE-1427
        other.responses.create(model="m", instructions="Answer about " + name, input="x")
    if name == "cats":
        # handled: CWE-1427
        client.messages.create(model="m", system=name, messages=[])
    if name not in ("a", "b"):
        return ""
    # handled: CWE-1427
    client.messages.create(model="m", system=name, messages=[])
    # handled: CWE-1427
    client.messages.create(model="m", system="x" + name, messages=[])
    # handled: CWE-1427
    other.responses.create(model="m", instructions=name, input="x")
    return ""
