#!/usr/bin/env python3
"""An upgrade, one controller after the other: the earlier release and this one side by side.

    upgrade_test.py PROGRAM

RINGSPAN_EARLIER names the earlier program (tests/earlier-release.sh builds it); without it the test is
skipped. Two controllers of the earlier release fill their databases. One is stopped and started with
this program: its database is brought to the present version with all that it holds, and it replicates
with the other in both directions: values, renames, deletions and links. Then the other follows. The
earlier program refuses the database from then on.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from etcd import free_ports

PATIENCE = 90  # seconds; a loaded machine needs some of them
NAMES = ["oslo-1", "nuuk-1"]


class Pair:
    """Two controllers, each served by a program of its own choice."""

    def __init__(self, folder, earlier):
        self.folder, self.earlier = folder, earlier
        self.processes = {}

    def data(self, name):
        return self.folder / name

    def serve(self, program, name):
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen([program, "serve", "--data", self.data(name)],
                                       stdout=subprocess.PIPE, stderr=log, text=True)
        self.processes[name] = process
        line = process.stdout.readline()
        assert line.startswith(f"serving {name}"), (line, self.log(name))

    def stop(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, self.log(name)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def well(self, program, *words):
        done = subprocess.run([program, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def at(self, program, name, *words):
        return self.well(program, *words, "--data", self.data(name))

    def found(self):
        ports = free_ports(2)
        file = self.folder / "forest.json"
        file.write_text(json.dumps({
            "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
            "sites": [{"name": "oslo"}, {"name": "nuuk"}],
            "links": [{"sites": ["oslo", "nuuk"]}],
            "controllers": [{"name": name, "site": name[:4], "address": f"127.0.0.1:{port}"}
                            for name, port in zip(NAMES, ports)]}), encoding="utf-8")
        oslo, nuuk = NAMES
        self.well(self.earlier, "init", file, "--controller", oslo, "--data", self.data(oslo))
        self.serve(self.earlier, oslo)
        token = self.folder / "token"
        token.write_text(self.at(self.earlier, oslo, "invite", nuuk), encoding="utf-8")
        self.well(self.earlier, "join", "--token-file", token, "--data", self.data(nuuk))
        self.serve(self.earlier, nuuk)

    def shown(self, program, name, dn):
        """Where the object is, its attributes and links; None where it is not."""
        done = subprocess.run([program, "get", dn, "--json", "--data", self.data(name)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            return None
        answer = json.loads(done.stdout)
        return {key: answer[key] for key in ("object", "dn", "attributes", "links")}


def eventually(what, wanted):
    until = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < until, f"not in {PATIENCE} s: {what}"


def same(pair, programs, people):
    """All of `people` are the same at both."""
    def look():
        return all(pair.shown(programs[0], NAMES[0], dn) == pair.shown(programs[1], NAMES[1], dn)
                   for dn in people)
    eventually(f"both hold the same of {people}", look)


def both_ways(pair, programs, word):
    """Each writes what the other then holds: values, a link, a rename, a deletion."""
    oslo, nuuk = NAMES
    for program, name in zip(programs, NAMES):
        for kind in ("moved", "gone", "team", "kept"):
            pair.at(program, name, "add", f"cn={word}-{kind}-{name},ou=people", f"title={name}")
    everybody = [f"cn={word}-{kind}-{name},ou=people" for name in NAMES
                 for kind in ("moved", "gone", "team", "kept")]
    for dn in everybody:
        eventually(f"{dn} is everywhere",
                   lambda dn=dn: pair.shown(programs[0], oslo, dn) and pair.shown(programs[1], nuuk, dn))
    for program, name, other in zip(programs, NAMES, reversed(NAMES)):
        mine = f"{word}-{{}}-{other}"  # what the other has added
        pair.at(program, name, "set", f"cn={mine.format('kept')},ou=people", f"phone={name}")
        pair.at(program, name, "link", f"cn={mine.format('team')},ou=people",
                "member", f"cn={mine.format('kept')},ou=people")
        pair.at(program, name, "rename", f"cn={mine.format('moved')},ou=people",
                f"cn={word}-at-{name}")
        pair.at(program, name, "delete", f"cn={mine.format('gone')},ou=people")
    for program, name in zip(programs, NAMES):
        for writer in NAMES:
            other = nuuk if writer == oslo else oslo
            eventually("the rename has come", lambda p=program, n=name, w=writer:
                       pair.shown(p, n, f"cn={word}-at-{w},ou=people"))
            eventually("the deletion has come", lambda p=program, n=name, o=other:
                       not pair.shown(p, n, f"cn={word}-gone-{o},ou=people"))
    same(pair, programs, [f"cn={word}-{kind}-{name},ou=people" for name in NAMES
                          for kind in ("team", "kept")])
    for name in NAMES:
        other = nuuk if name == oslo else oslo
        team = pair.shown(programs[0], oslo, f"cn={word}-team-{name},ou=people")
        assert team["links"], team
        kept = pair.shown(programs[0], oslo, f"cn={word}-kept-{name},ou=people")
        assert kept["attributes"] == {"title": [name], "phone": [other]}, kept
    return [f"cn={word}-{kind}-{name},ou=people" for name in NAMES for kind in ("team", "kept")]


def main(program):
    earlier = os.environ.get("RINGSPAN_EARLIER")
    if not earlier:
        print("RINGSPAN_EARLIER names no earlier program; tests/earlier-release.sh builds it")
        sys.exit(77)
    program = os.path.abspath(program)
    oslo, nuuk = NAMES
    with tempfile.TemporaryDirectory(prefix="ringspan-upgrade-") as name:
        pair = Pair(pathlib.Path(name), earlier)
        try:
            pair.found()
            eventually("nuuk-1 is filled", lambda: pair.shown(earlier, nuuk, "ou=people"))
            people = both_ways(pair, (earlier, earlier), "before")
            before = {dn: pair.shown(earlier, nuuk, dn) for dn in people}

            pair.stop(nuuk)
            pair.serve(program, nuuk)
            assert {dn: pair.shown(program, nuuk, dn) for dn in people} == before
            people += both_ways(pair, (earlier, program), "beside")

            pair.stop(oslo)
            pair.serve(program, oslo)
            people += both_ways(pair, (program, program), "after")
            same(pair, (program, program), people)
            compared = pair.at(program, oslo, "compare", oslo, nuuk)
            assert "diverge" not in compared, compared

            pair.stop(nuuk)
            back = subprocess.run([earlier, "serve", "--data", pair.data(nuuk)],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False)
            assert back.returncode != 0 and "the database is of version" in back.stderr, back
        except Exception:
            for each in NAMES:
                print(f"== {each}\n{pair.log(each)}")
            raise
        finally:
            for each in list(pair.processes.values()):
                each.kill()
                each.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
