"""A real etcd beside a test: on a free port of this machine, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import sys

PROGRAM = os.environ.get("RINGSPAN_ETCD") or shutil.which("etcd")


def need_etcd():
    """Without the program there is nothing to test: skipped, or a failure where it must be there."""
    if PROGRAM:
        return
    print("etcd is not installed (packages/test)")
    sys.exit(1 if os.environ.get("RINGSPAN_ETCD_TESTS") else 77)


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Etcd:
    """One server. `tls` names files: certificate, key, and the authority of its clients."""

    def __init__(self, folder, tls=None):
        self.folder, self.tls, self.process = folder, tls, None
        self.port, self.peer = free_ports(2)
        self.endpoint = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def start(self):
        command = [PROGRAM, "--data-dir", self.folder, "--listen-client-urls", self.endpoint,
                   "--advertise-client-urls", self.endpoint,
                   "--listen-peer-urls", f"http://127.0.0.1:{self.peer}", "--logger", "zap"]
        if self.tls:
            command += ["--cert-file", self.tls["certificate"], "--key-file", self.tls["key"],
                        "--trusted-ca-file", self.tls["authority"], "--client-cert-auth"]
        with open(f"{self.folder}.log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
