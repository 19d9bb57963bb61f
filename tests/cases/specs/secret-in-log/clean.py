# path: shop/quiet.py
# role: library
import logging

logger = logging.getLogger(__name__)


def parse(lexer, secret, nonce):
    logger.debug("token %s", lexer.token)
    logger.debug("creating secret %s", secret)
    logger.debug("nonce %s", nonce)
    print(lexer.password)
