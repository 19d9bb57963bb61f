import elementpath
import lxml.etree
import xml.etree.ElementTree as ET
from flask import Flask, request
from io import StringIO

app = Flask(__name__)


@app.get("/lxml")
def with_lxml():
    name = request.args["name"]
    root = lxml.etree.parse("people.xml")
    # found: CWE-643
    root.xpath(f"//person[@name='{name}']")
    # clean: CWE-643
    root.xpath("//person[@name=$name]", name=name)
    # handled: CWE-643
    root.xpath("//person[@name='" + name.replace("'", "&apos;") + "']")
    # found: CWE-643
    root.xpath("//person[@age=" + name.replace("'", "") + "]")
    # found: CWE-643
    find = lxml.etree.XPath("//person[@name='%s']" % name)
    if "'" in name:
        return "no quotes"
    # handled: CWE-643
    root.xpath(f"//person[@name='{name}']")
    return find


@app.get("/others")
def others():
    name = request.cookies.get("name", "")
    root = ET.parse("people.xml")
    # found: CWE-643
    root.find("./person[@name='" + name + "']")
    # found: CWE-643
    elementpath.select(root, "/people/person[@name='{}']".format(name))
    buffer = StringIO()
    buffer.write("/people/person[@name='")
    buffer.write(name)
    buffer.write("']")
    # found: CWE-643
    elementpath.select(root, buffer.getvalue())
    if name.isalnum():
        # handled: CWE-643
        elementpath.select(root, f"/people/{name}")
    if name == "all":
        # handled: CWE-643
        elementpath.select(root, "/people/" + name)
    if name in {"old", "new"}:
        # handled: CWE-643
        elementpath.select(root, "/people/" + name)
    # handled: CWE-643
    elementpath.select(root, '/people["' + name.replace('"', "") + '"]')
    # clean: CWE-643
    elementpath.select(root, "/people")
    return ""
