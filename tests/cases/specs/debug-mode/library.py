# path: shop/parser.py
# role: library
DEBUG = True


def parse(text):
    if DEBUG:
        print(text)
    return run(text, debug=True)


def run(text, debug):
    return text, debug


def start(app, debug):
    # clean: CWE-489
    app.config["DEBUG"] = False
    return app
