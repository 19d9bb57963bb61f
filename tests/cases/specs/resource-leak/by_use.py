# path: depot/by_use.py
"""Values of unknown types, which are resources because the function gives them back."""

import sys
from io import StringIO

from depot.loader import loader


def used_between(play):
    # found: CWE-772
    strategy = loader.get(play)
    result = strategy.run(play)
    strategy.cleanup()
    return result


def passed_between(pool, statement):
    # found: CWE-772
    connection = pool.take()
    run(connection, statement)
    connection.close()


def in_finally(play):
    # handled: CWE-772
    strategy = loader.get(play)
    try:
        return strategy.run(play)
    finally:
        strategy.cleanup()


def in_with(pool, statement):
    # handled: CWE-772
    connection = pool.take()
    try:
        run(connection, statement)
    except BaseException:
        connection.close()
        raise
    connection.close()


def something_else_raises(play, check):
    strategy = loader.get(play)
    check(play)
    strategy.cleanup()


def in_memory(text):
    buffer = StringIO()
    run(buffer, text)
    buffer.close()


def on_failure_only(pool, statement):
    connection = pool.take()
    try:
        return run(connection, statement)
    except BaseException:
        connection.close()
        raise


def not_the_only_one(pool, statement):
    connection = pool.take()
    if statement:
        connection = pool.other()
    run(connection, statement)
    connection.close()


def release_on_another_way(play, dry):
    strategy = loader.get(play)
    if dry:
        return strategy.describe()
    return strategy.cleanup()


def driver_cursor(connection):
    cursor = connection.cursor()
    cursor.execute("select 1")
    cursor.close()


def ends_the_process(factory, check, options):
    client = factory.get(options)
    if options.check:
        check(client)
        sys.exit(0)
    client.close()


def in_another_branch(factory, check, options):
    # found: CWE-772
    client = factory.get(options)
    if options.check:
        check(client)
    client.close()


def own_parameter(connection, check):
    connection = check(connection)
    run(connection)
    connection.close()


def first_step_of_the_end(pool):
    process = pool.take()
    process.kill()
    process.close()


def owned_or_shared(pool, shared):
    # handled: CWE-772
    engine = pool.take()
    mine = engine is not shared
    try:
        run(engine)
    finally:
        if mine:
            engine.dispose()


class Table:
    def __init__(self, out):
        self.out = out

    def show(self, row):
        self.out.write(row)

    def close(self):
        if self.out is not None:
            self.out.write("end")


class Link:
    def __init__(self, out):
        self.out = out

    def show(self, row):
        self.out.write(row)

    def close(self):
        self.out.close()


def table_of(out, wide):
    if wide:
        return Table(out)
    return Table(out)


def link_of(out, wide):
    if wide:
        return Link(out)
    return Link(out)


def printed(out, wide, row):
    table = table_of(out, wide)
    table.show(row)
    table.close()


def sent(out, wide, row):
    # found: CWE-772
    link = link_of(out, wide)
    link.show(row)
    link.close()


def not_begun(factory):
    process = factory.process()
    process.start()
    process.terminate()
