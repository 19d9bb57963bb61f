"""What the rule gets wrong today, so that a change is noticed."""

import socket


def by_type_of_a_parameter(path):
    # missed: CWE-772
    return path.open().read()


def by_a_module_variable(address):
    # found: CWE-772
    sock = FACTORY()
    sock.connect(address)


FACTORY = socket.socket
