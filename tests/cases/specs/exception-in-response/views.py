# path: shop/views.py
# role: web handler
import logging
import traceback

from django.http import HttpResponse, JsonResponse
from fastapi import HTTPException
from flask import Flask, jsonify

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.route("/orders")
def orders():
    try:
        return run()
    except Exception as error:
        # found: CWE-209
        return jsonify(error=str(error)), 500


@app.route("/plain")
def plain():
    try:
        return run()
    except Exception as error:
        # found: CWE-209
        return f"failed: {error}", 500


@app.route("/trace")
def trace():
    try:
        return run()
    except Exception:
        # found: CWE-209
        return traceback.format_exc(), 500


def django_view(request):
    try:
        return run()
    except Exception as error:
        # found: CWE-209
        return JsonResponse({"error": str(error)}, status=500)


def django_trace(request):
    try:
        return run()
    except:
        text = traceback.format_exc()
        # found: CWE-209
        return HttpResponse(text, status=500)


async def api():
    try:
        return await run()
    except Exception as error:
        # found: CWE-209
        raise HTTPException(status_code=500, detail=str(error)) from error


@app.errorhandler(Exception)
def answer(error):
    # found: CWE-209
    return jsonify(error=str(error)), 500


@app.errorhandler(404)
def not_found(error):
    return str(error), 404


@app.route("/debug")
def in_debug():
    try:
        return run()
    except Exception as error:
        if app.debug:
            # handled: CWE-209
            return jsonify(error=str(error)), 500
        return "internal error", 500


@app.route("/debug2")
def trace_in_debug():
    try:
        return run()
    except Exception:
        if app.config["DEBUG"]:
            # handled: CWE-209
            return traceback.format_exc(), 500
        return "internal error", 500


@app.route("/logged")
def logged():
    try:
        return run()
    # clean: CWE-209
    except Exception as error:
        logger.error("orders failed: %s", error)
        return "internal error", 500


@app.route("/trace-logged")
def trace_logged():
    try:
        return run()
    except Exception:
        # clean: CWE-209
        logger.error(traceback.format_exc())
        return "internal error", 500


@app.route("/meant")
def meant_for_users():
    try:
        return run()
    except ValueError as error:
        return jsonify(error=str(error)), 400
