# path: shop/service.py
# role: library
import json
import logging

logger = logging.getLogger(__name__)


def login(user, password, api_key, request, access_token):
    # found: CWE-532
    logger.info("login %s with %s", user, password)
    # found: CWE-532
    logger.debug(f"key is {api_key}")
    # found: CWE-532
    logging.warning("token: " + access_token)
    # found: CWE-532
    logger.error("request failed: %s", json.dumps(dict(request.headers)))
    # found: CWE-532
    logger.info("login with {}".format(user.password))
    text = f"could not log in with {password}"
    # found: CWE-532
    logger.error(text)


class Worker:
    def run(self, options):
        # found: CWE-532
        self.log.debug("options", options["password"])


def careful(user, password, api_key, request, tokens):
    # handled: CWE-532
    logger.info("key %s", mask(api_key))
    # handled: CWE-532
    logger.info("password %s", redact(password))
    # handled: CWE-532
    logger.debug("headers %s", sanitize_headers(request.headers))
    # handled: CWE-532
    logger.info(f"key {hide_secret(api_key)}")
    # handled: CWE-532
    logger.warning("token %s", obfuscate(user.access_token))
    logger.info("login of %s", user.name)
    logger.info("password has %d characters", len(password))
    logger.debug("%d tokens of %d", len(tokens), user.max_tokens)
    logger.debug("host %s", request.headers["Host"])
    logger.info("password_field %s", user.password_field)
    logger.info("is set: %s", bool(api_key))
