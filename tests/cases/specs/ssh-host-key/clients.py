# path: shop/deploy.py
# role: library
import subprocess

import asyncssh
import paramiko
from paramiko import AutoAddPolicy, SSHClient


def trusting(host):
    client = paramiko.SSHClient()
    # found: CWE-322
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    # found: CWE-322
    client.set_missing_host_key_policy(paramiko.WarningPolicy)
    other = SSHClient()
    # found: CWE-322
    other.set_missing_host_key_policy(AutoAddPolicy())
    return client, other


class Deployer:
    def open(self, host):
        # found: CWE-322
        self.client.set_missing_host_key_policy(paramiko.client.AutoAddPolicy())


async def connect(host):
    # found: CWE-322
    return await asyncssh.connect(host, known_hosts=None)


def command(host):
    # found: CWE-322
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=no", host, "true"], check=True)


def gathered(host, arguments, run):
    # found: CWE-322
    arguments.append("StrictHostKeyChecking=no")
    # found: CWE-322
    run("ssh -o StrictHostKeyChecking=no " + host)
    run("StrictHostKeyChecking=no", "is what the documentation speaks of")


def checking(host, policy, settings, insecure, strict):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    # clean: CWE-322
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    # handled: CWE-322
    client.set_missing_host_key_policy(policy)
    # handled: CWE-322
    client.set_missing_host_key_policy(settings.policy())
    if insecure:
        # handled: CWE-322
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    if not strict:
        # handled: CWE-322
        client.set_missing_host_key_policy(paramiko.WarningPolicy())
    subprocess.run(["ssh", "-o", "StrictHostKeyChecking=yes", host, "true"], check=True)
    return client


class TestDeployer:
    def make(self):
        # handled: CWE-322
        self.client.set_missing_host_key_policy(AutoAddPolicy())


async def connect_known(host, hosts):
    # handled: CWE-322
    return await asyncssh.connect(host, known_hosts=hosts)
