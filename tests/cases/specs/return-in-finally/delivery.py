# path: mail/delivery.py
import logging
import sys

LOG = logging.getLogger(__name__)


def publish(channel, message):
    delivered = False
    try:
        channel.send(message)
    finally:
        channel.close()
        # found: CWE-584
        return delivered


def publish_and_pass_on(channel, message):
    try:
        channel.send(message)
    finally:
        # clean: CWE-584
        channel.close()
    return True


def drain(queue, handler):
    while queue:
        try:
            handler(queue.pop())
        finally:
            # found: CWE-584
            continue


def drain_until_closed(queue, handler):
    for item in queue:
        try:
            handler(item)
        finally:
            if queue.closed:
                # found: CWE-584
                break


def drain_with_own_loop(queue, connections):
    try:
        queue.flush()
    finally:
        # clean: CWE-584
        for connection in connections:
            if connection.closed:
                continue
            connection.close()
            break


def raised_again_in_vain(channel, message):
    try:
        channel.send(message)
    except BaseException:
        channel.reset()
        raise
    finally:
        # found: CWE-584
        return channel.state


def only_some_are_taken(channel, message):
    try:
        channel.send(message)
    except ConnectionError:
        LOG.warning("connection of %s is lost", channel)
    finally:
        # found: CWE-584
        return channel.state


def all_are_taken(channel, message):
    try:
        channel.send(message)
    except BaseException:
        LOG.exception("message is not sent")
    finally:
        # handled: CWE-584
        return channel.state


def all_are_taken_by_a_bare_clause(channel, message):
    problem = None
    try:
        channel.send(message)
    except:
        problem = sys.exc_info()[1]
    finally:
        # handled: CWE-584
        return problem


def flag_of_success(channel, message):
    sent = False
    try:
        channel.send(message)
        sent = True
    finally:
        channel.close()
        if sent:
            # handled: CWE-584
            return channel.receipt


def result_of_the_guarded_code(channel, message):
    receipt = None
    try:
        receipt = channel.send(message)
    finally:
        if receipt is not None:
            # handled: CWE-584
            return receipt
    return None


def asks_for_the_exception(channel, message):
    try:
        channel.send(message)
    finally:
        if sys.exc_info()[0] is None:
            # handled: CWE-584
            return channel.receipt


def retry(channel, messages):
    for message in messages:
        ok = False
        try:
            channel.send(message)
            ok = True
        finally:
            if ok:
                # handled: CWE-584
                continue
