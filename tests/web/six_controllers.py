#!/usr/bin/env python3
"""Runs a command against six real controllers in three sites: six_controllers.py PROGRAM COMMAND...

Starts samples/three-sites.json with the program on free ports of this machine, waits until all six
are in step, and runs the command with these in its environment:

    RINGSPAN_PAGE_URL         a link to oslo-1's page for an operator, with its one-time code
    RINGSPAN_PAGE_READER_URL  one for a reader
    RINGSPAN_CONTROLLERS      {"nuuk-1": {"pid": 4711, "serve": ["ringspan", "serve", ...]}, ...}

The command may kill controllers and start them again. Everything is stopped and forgotten when it
ends, and its exit code is ours.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60


class Forest:
    """The six, each a process, in a folder of their own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.processes, self.commands = {}, {}
        forest = json.loads((ROOT / "samples/three-sites.json").read_text(encoding="utf-8"))
        with_ports = free_ports(len(forest["controllers"]))
        for controller, port in zip(forest["controllers"], with_ports):
            controller["address"] = f"127.0.0.1:{port}"
        self.names = [controller["name"] for controller in forest["controllers"]]
        self.file = folder / "forest.json"
        self.file.write_text(json.dumps(forest), encoding="utf-8")

    def found(self):
        """All six serve, and the first one the page."""
        first, *others = self.names
        self.ringspan("init", self.file, "--controller", first, "--data", self.folder / first,
                      "--objects", ROOT / "samples/objects/people.json")
        self.serve(first, "--page", "127.0.0.1:0")
        joiners = []
        for name in others:
            token = self.ringspan("invite", name, "--data", self.folder / first)
            (self.folder / f"{name}.token").write_text(token, encoding="utf-8")
            joiners.append(subprocess.Popen(
                [self.program, "join", "--token-file", self.folder / f"{name}.token", "--data",
                 self.folder / name], stdout=subprocess.DEVNULL))
        for joiner in joiners:
            assert joiner.wait(PATIENCE) == 0, "a controller could not join"
        for name in others:
            self.serve(name)

    def serve(self, name, *more):
        """Returns when it can be asked."""
        command = [str(part) for part in (self.program, "serve", "--data", self.folder / name, *more)]
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.processes[name], self.commands[name] = process, command
        line = process.stdout.readline()
        assert line.startswith(f"serving {name}"), (line, self.log(name))

    def await_step(self):
        """Returns when all six are in step."""
        until = time.monotonic() + PATIENCE
        while True:
            told = subprocess.run([self.program, "status", "--data", self.folder / self.names[0],
                                   "--json"], capture_output=True, text=True, check=False)
            if told.returncode == 0 and f"All {len(self.names)}" in told.stdout:
                return
            assert time.monotonic() < until, told.stdout + told.stderr

    def page(self, role):
        return self.ringspan("page", "--data", self.folder / self.names[0], "--role", role).strip()

    def environment(self):
        return {**os.environ,
                "RINGSPAN_PAGE_URL": self.page("operator"),
                "RINGSPAN_PAGE_READER_URL": self.page("reader"),
                "RINGSPAN_CONTROLLERS": json.dumps(
                    {name: {"pid": process.pid, "serve": self.commands[name]}
                     for name, process in self.processes.items()})}

    def ringspan(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def run_alone(command, environment):
    """Its exit code; nothing that it has started outlives it."""
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        return process.wait()
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it left nobody behind


def main(program, command):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    with tempfile.TemporaryDirectory(prefix="ringspan-six-") as name:
        forest = Forest(os.path.abspath(program), pathlib.Path(name))
        try:
            forest.found()
            forest.await_step()
            return run_alone(command, forest.environment())
        finally:
            forest.stop()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
