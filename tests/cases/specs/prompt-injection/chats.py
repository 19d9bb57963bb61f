import litellm
import openai
from flask import Flask, request

app = Flask(__name__)
client = openai.OpenAI()


@app.get("/ask")
def ask():
    name = request.args["name"]
    # found: CWE-1427
    client.chat.completions.create(
        model="m", messages=[{"role": "system", "content": f"You talk to {name}"}]
    )
    # clean: CWE-1427
    client.chat.completions.create(
        model="m",
        messages=[{"role": "system", "content": "Be polite"}, {"role": "user", "content": name}],
    )
    messages = [{"role": "developer", "content": name}]
    # found: CWE-1427
    litellm.completion(model="m", messages=messages)
    if name in ("Ann", "Bob"):
        # handled: CWE-1427
        litellm.completion(model="m", messages=[{"role": "system", "content": name}])
    return ""
