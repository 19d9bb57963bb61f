# path: shop/views.py
# role: web handler
import hmac

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods
from flask_wtf.csrf import CSRFProtect
from pyramid.view import view_config

csrf = CSRFProtect()


# found: CWE-352
@csrf_exempt
def transfer(request):
    return move(request.POST["amount"])


# found: CWE-352
@csrf.exempt
def delete(request):
    return remove(request)


# found: CWE-352
@view_config(route_name="order", require_csrf=False)
def order(request):
    return {}


@require_http_methods(["GET", "POST"])
# found: CWE-352
@csrf_exempt
def both(request):
    return HttpResponse("")


class Profile:
    # found: CWE-352
    @method_decorator(csrf_exempt)
    def post(self, request):
        return HttpResponse("")


# handled: CWE-352
@csrf_exempt
def paid(request):
    if not hmac.compare_digest(sign(request.body), request.headers["X-Signature"]):
        return HttpResponse(status=403)
    return HttpResponse("")


# handled: CWE-352
@csrf_exempt
def stripe_webhook(request):
    return HttpResponse("")


# handled: CWE-352
@csrf_exempt
def api(request):
    user = user_of(request.headers["Authorization"])
    return HttpResponse(user)


# handled: CWE-352
@csrf_exempt
def ping(request, uuid):
    return HttpResponse(uuid)


# handled: CWE-352
@csrf_exempt
@login_by_header
def listed(request):
    return HttpResponse("")


# handled: CWE-352
@view_config(route_name="order", require_csrf=settings_of("csrf"))
def configured(request):
    return {}


# clean: CWE-352
@csrf_exempt
@require_GET
def shown(request):
    return HttpResponse("")


# clean: CWE-352
@csrf_exempt
@require_http_methods(["GET"])
def shown_too(request):
    return HttpResponse("")
