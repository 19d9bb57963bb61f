# path: jobs/forms.py
# Jumps in every form of statement, and copies of one `finally` block in another.


async def fetch(client, url):
    try:
        return await client.get(url)
    finally:
        await client.aclose()
        # found: CWE-584
        return None


def nested(stream):
    try:
        stream.read()
    finally:
        try:
            stream.seek(0)
        finally:
            # clean: CWE-584
            stream.flush()
        # found: CWE-584
        return stream


def inner_try_takes_its_own(stream):
    try:
        stream.read()
    finally:
        try:
            stream.seek(0)
        except OSError:
            # found: CWE-584
            return None


def inside_a_with(lock, stream):
    with lock:
        try:
            stream.read()
        finally:
            # found: CWE-584
            return stream.position


def function_inside(stream):
    try:
        stream.read()
    finally:
        # clean: CWE-584
        def position():
            return stream.position

        stream.done(position)


def generator(stream):
    try:
        yield stream.read()
    finally:
        # clean: CWE-584
        stream.close()


def nothing_raises():
    try:
        pass
    finally:
        return 1


def groups(tasks):
    try:
        tasks.run()
    except* ValueError:
        tasks.reset()
    finally:
        # found: CWE-584
        return tasks


def groups_pass_on(tasks):
    try:
        tasks.run()
    except* ValueError:
        tasks.reset()
    finally:
        # clean: CWE-584
        tasks.close()
    return tasks
