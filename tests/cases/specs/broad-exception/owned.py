# path: shop/owned.py
# only: broad-exception, swallowed-exception


def send(queue, event):
    try:
        queue.connect()
        queue.send(event)
    # found: CWE-396
    except:
        pass


def publish(queue, event):
    try:
        queue.connect()
        queue.send(event)
    # found: CWE-390
    # clean: CWE-396
    except Exception:
        pass


def number(text):
    try:
        return int(text)
    # found: CWE-396
    except Exception:
        pass


def rate(queue):
    try:
        rate = queue.rate()
    # found: CWE-390
    # clean: CWE-396
    except Exception:
        pass
    return rate
