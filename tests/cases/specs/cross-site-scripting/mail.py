import html
from email.mime.text import MIMEText

from django.core.mail import EmailMultiAlternatives, send_mail
from django.http import HttpRequest


def notify(request: HttpRequest):
    name = request.POST["name"]
    # found: CWE-79
    send_mail("Hello", "text", "a@b.c", ["d@e.f"], html_message=f"<p>{name}</p>")
    # handled: CWE-79
    send_mail("Hello", "text", "a@b.c", ["d@e.f"], html_message=f"<p>{html.escape(name)}</p>")
    send_mail("Hello", name, "a@b.c", ["d@e.f"])
    message = EmailMultiAlternatives("Hello", name)
    # found: CWE-79
    message.attach_alternative(f"<p>{name}</p>", "text/html")
    # found: CWE-79
    MIMEText("<p>" + name + "</p>", "html")
    MIMEText(name, "plain")
