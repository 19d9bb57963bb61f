# path: tests/test_texts.py
# role: test
import re


def test_output(client):
    html = client.get("/").text
    # clean: CWE-1333
    assert re.search(r"<b>.*</b>.*<i>", html)
