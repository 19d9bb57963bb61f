import xml.dom.minidom
import xml.sax
import xml.sax.handler

import lxml.etree
from flask import Flask, request

app = Flask(__name__)

DEFAULT = lxml.etree.XMLParser(resolve_entities=False)


@app.post("/sax")
def sax():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    # found: CWE-611
    xml.dom.minidom.parseString(request.data, parser)
    # found: CWE-611
    parser.parse(request.data)
    parser.setFeature(xml.sax.handler.feature_external_pes, True)
    # found: CWE-611
    parser.feed(request.form["xml"])
    return ""


@app.post("/features")
def features():
    parser = xml.sax.make_parser()
    xml.dom.minidom.parseString(request.data, parser)
    other = xml.sax.make_parser()
    other.setFeature("http://xml.org/sax/features/external-general-entities", True)
    # found: CWE-611
    xml.dom.minidom.parse(request.files["x"], other)
    # clean: CWE-611
    xml.dom.minidom.parseString("<a/>", other)
    return ""


def lxml_parsers():
    # found: CWE-611
    lxml.etree.XMLParser(resolve_entities=True)
    # found: CWE-611
    lxml.etree.XMLParser(load_dtd=True, no_network=False)
    lxml.etree.XMLParser(resolve_entities=False, no_network=True)
    lxml.etree.XMLParser()


@app.post("/clean")
def constant():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    # clean: CWE-611
    parser.parse("settings.xml")
    # clean: CWE-611
    xml.dom.minidom.parse("settings.xml", parser)
    # clean: CWE-611
    xml.dom.minidom.parseString("<a/>", parser)
    # clean: CWE-611
    parser.feed("<b/>")
    # clean: CWE-611
    parser.feed(str(int(request.form["number"])))
    return ""
