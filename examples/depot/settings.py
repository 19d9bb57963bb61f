"""Settings of the depot, read by `web` and `worker`."""

import os

SECRET_KEY = os.environ["DEPOT_SECRET_KEY"]
ALLOWED_HOSTS = ["depot.example", "mirror.depot.example"]

MIRROR_USER = "depot"
MIRROR_PASSWORD = "k7Tq-vR2p_9sLx4W"

MAIL_BACKEND = "depot.mail.SmtpMailer"
PICTURE_BACKEND = "depot.pictures.VipsBackend"
