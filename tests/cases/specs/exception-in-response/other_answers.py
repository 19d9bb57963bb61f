# path: shop/answers.py
# role: web handler
import json
import logging
import traceback

import tornado.web
import tornado.websocket
from django.contrib import messages
from django.shortcuts import render
from flask import Flask, flash, redirect, render_template
from flask_restful import Resource
from rest_framework.response import Response
from rest_framework.views import APIView
from telegram import Update

from shop.errors import answer

app = Flask(__name__)
logger = logging.getLogger(__name__)


class Orders(tornado.web.RequestHandler):
    def get(self):
        try:
            run()
        except Exception as e:
            # found: CWE-209
            self.write(repr(e))

    def post(self):
        reply = {}
        try:
            run()
        except Exception:
            reply["traceback"] = traceback.format_exc()
        # found: CWE-209
        self.finish(json.dumps(reply))

    def put(self):
        try:
            run()
        # clean: CWE-209
        except Exception as e:
            self.write_to_log(str(e))
            self.write("internal error")

    def write_to_log(self, text):
        logger.error(text)


class Feed(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        try:
            run()
        except Exception as error:
            # found: CWE-209
            self.write_message({"error": error.args[0]})


class Journal:
    def write(self, text):
        logger.info(text)

    def keep(self):
        try:
            run()
        # clean: CWE-209
        except Exception as e:
            self.write(str(e))


class OrdersView(APIView):
    def get(self, request):
        try:
            return run()
        except Exception as e:
            # found: CWE-209
            return Response({"message": str(e)}, status=500)

    def post(self, request):
        try:
            return run()
        # clean: CWE-209
        except Exception as e:
            logger.error("orders: %s", e)
            return Response({"message": "internal error"}, status=500)


class OrdersResource(Resource):
    def get(self):
        try:
            return run()
        except Exception as e:
            # found: CWE-209
            return {"message": str(e)}, 500


@app.route("/page")
def page():
    try:
        run()
    except Exception as e:
        # found: CWE-209
        return render_template("failed.html", error=str(e))


def django_page(request):
    context = {}
    try:
        run()
    except Exception as e:
        context["error"] = f"failed: {e}"
    # found: CWE-209
    return render(request, "orders.html", context)


@app.route("/flashed")
def flashed():
    try:
        run()
    except Exception as e:
        # found: CWE-209
        flash(str(e))
    return redirect("/")


def django_message(request):
    try:
        run()
    except Exception as e:
        # found: CWE-209
        messages.error(request, "failed: %s" % e)
    return redirect("/")


async def start(update: Update, context):
    try:
        run()
    except Exception as e:
        # found: CWE-209
        await update.message.reply_text(f"Error: {e}")


@app.route("/by-a-helper")
def by_a_helper():
    try:
        return run()
    except Exception as e:
        # found: CWE-209
        return failed(str(e))


def failed(text):
    return render_template("failed.html", error=text)


@app.route("/by-a-helper-that-drops-it")
def by_a_helper_that_drops_it():
    try:
        return run()
    # clean: CWE-209
    except Exception as e:
        return noted(e)


def noted(error):
    logger.error("failed: %s", error)
    return "internal error", 500


@app.route("/by-a-helper-out-of-view")
def by_a_helper_out_of_view():
    try:
        return run()
    # unseen: CWE-209 answer
    except Exception as e:
        return answer(e)


@app.route("/its-kind-alone")
def its_kind_alone():
    try:
        return run()
    # clean: CWE-209
    except Exception as e:
        return type(e).__name__, 500


@app.route("/checked-form", methods=["POST"])
def checked_form(form):
    if form.validate():
        try:
            run()
        except Exception as e:
            # found: CWE-209
            flash(gettext("failed: %(error)s", error=str(e)))
    return redirect("/")


@app.route("/meant-for-users")
def meant_for_users():
    try:
        return run()
    # clean: CWE-209
    except Exception as e:
        if not told(e):
            flash("internal error")
    return redirect("/")


def told(error):
    if isinstance(error, ValueError):
        flash(str(error))
        return True
    return False


@app.route("/meant-for-users-in-place")
def meant_for_users_in_place():
    try:
        return run()
    # clean: CWE-209
    except Exception as e:
        if isinstance(e, ValueError):
            return str(e), 400
        return "internal error", 500
