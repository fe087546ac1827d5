#!/usr/bin/env python3
"""Roles behind a fence: real controllers and a real etcd (docs/roles.md, F1 to F9).

    fence_test.py PROGRAM

Three controllers in three sites. A role is moved, its owner killed with kill -9 and replaced by
itself; an owner is stopped (SIGSTOP) between its check and its commit, and continued when another
has taken the role: what it then commits has no effect anywhere. Identifiers are issued throughout, none
of them twice. etcd goes away and comes back. A second etcd demands TLS and a client certificate.
"""

import base64
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from etcd import Etcd, free_ports, need_etcd

PATIENCE = 90  # seconds; a loaded machine needs some of them
LEASE = 10
SITES = ["oslo", "nuuk", "rome"]
STOP = "RINGSPAN_STOP_BEFORE_ROLE_COMMIT"


class Forest:
    """Controllers SITE-1, each a process."""

    def __init__(self, program, folder, sites, fence):
        self.program, self.folder = program, folder
        folder.mkdir()
        self.names = [f"{site}-1" for site in sites]
        self.processes = {}
        ports = free_ports(len(sites))
        self.definition = {
            "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
            "roles": {"fence": "etcd", "endpoints": fence},
            "sites": [{"name": site} for site in sites],
            "links": [{"sites": pair} for pair in zip(sites, sites[1:])],
            "controllers": [{"name": f"{site}-1", "site": site, "address": f"127.0.0.1:{port}"}
                            for site, port in zip(sites, ports)]}

    def found(self, *more):
        file = self.folder / "forest.json"
        file.write_text(json.dumps(self.definition), encoding="utf-8")
        first, *others = self.names
        self.well("init", file, "--controller", first, "--data", self.data(first))
        self.serve(first, *more)
        for name in others:
            token = self.folder / f"{name}.token"
            invited = subprocess.run([self.program, "invite", name, "--data", self.data(first)],
                                     stdout=subprocess.PIPE, text=True, check=True)
            token.write_text(invited.stdout, encoding="utf-8")
            self.well("join", "--token-file", token, "--data", self.data(name))
            self.serve(name)

    def data(self, name):
        return self.folder / name

    def serve(self, name, *more):
        command = [self.program, "serve", "--data", self.data(name), *more]
        environment = {**os.environ, STOP: str(self.folder / f"{name}.stop")}
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True,
                                       env=environment)
        self.processes[name] = process
        line = process.stdout.readline()
        assert line.startswith(f"serving {name}"), (line, self.log(name))

    def start(self, *words):
        return subprocess.Popen([self.program, *words], stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ended(self, *words):
        process = self.start(*words)
        output, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, output

    def well(self, *words):
        code, output = self.ended(*words)
        assert code == 0, (words, code, output)
        return output

    def told(self, name, *words):
        """What `ringspan WORDS` says at a controller, as JSON; None if it says nothing of use."""
        done = subprocess.run([self.program, *words, "--json", "--data", self.data(name)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return None

    def role(self, at, which):
        for line in (self.told(at, "roles") or {"roles": []})["roles"]:
            if line["role"] == which:
                return line
        return {"owner": None, "state": None, "epoch": None, "fence": None, "opinions": None}

    def attributes(self, at):
        listed = self.told(at, "schema", "list")
        return {} if listed is None else {one["name"]: one for one in listed["attributes"]}

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def logs(self):
        return "\n".join(f"== {name}\n{self.log(name)}" for name in self.processes)

    def stop(self):
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def eventually(what, wanted):
    """The first answer of `wanted` that is true."""
    until = time.monotonic() + PATIENCE
    while True:
        found = wanted()
        if found:
            return found
        assert time.monotonic() < until, f"not in {PATIENCE} s: {what}"


def acts(forest, at, which, *owners):
    """The role's line once one of `owners` acts in it, by what `at` gathers."""
    def look():
        line = forest.role(at, which)
        return line if line["owner"] in owners and line["state"] == "effective" else None
    return eventually(f"{which} acted in by {owners}", look)


def state_of(process):
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0]


def moves_and_is_replaced(forest):
    oslo, nuuk, rome = forest.names
    first = acts(forest, oslo, "schema", oslo)
    assert first["gained"] == "fence" and first["epoch"]["revision"] > 0, first
    assert first["fence"]["trouble"] is None and first["fence"]["lease_seconds"] <= LEASE, first
    for which in ("naming", "pdc", "rid", "infrastructure"):
        acts(forest, oslo, which, oslo)

    # Asked elsewhere it is carried to the owner, who asks the fence first.
    forest.well("schema", "add", "badge", "--single", "--data", forest.data(rome))
    forest.well("naming-context", "add", "dc=apps,dc=corp,dc=example", "--replicas", oslo, "--yes", "--data", forest.data(rome))

    # Moved by a person: a later ownership, and the new owner has what the former one wrote.
    eventually("nuuk-1 knows the owner", lambda: forest.role(nuuk, "schema")["owner"] == oslo)
    forest.well("role", "transfer", "schema", "--to", nuuk, "--data", forest.data(rome))
    moved = acts(forest, oslo, "schema", nuuk)
    assert moved["gained"] == "transfer", moved
    assert moved["epoch"]["revision"] > first["epoch"]["revision"], moved
    assert "badge" in forest.attributes(nuuk)

    # Nobody seizes what a fence decides.
    code, said = forest.ended("role", "seize", "schema", "--at", rome, "--yes", "--data",
                              forest.data(oslo))
    assert code == 1 and "by itself when its lease is over" in said, (code, said)

    # Lost without a word, once all know of it: the fence gives it to another when the lease is over.
    eventually("all know the owner", lambda: forest.role(oslo, "schema")["opinions"] == [])
    forest.processes[nuuk].kill()
    forest.processes[nuuk].wait()
    since = time.monotonic()
    replaced = acts(forest, oslo, "schema", oslo, rome)
    took = time.monotonic() - since
    print(f"replaced after {took:.1f} s")
    assert took < 3 * LEASE, took
    assert replaced["gained"] == "fence" and replaced["former"] == nuuk, replaced
    assert replaced["epoch"]["revision"] > moved["epoch"]["revision"], replaced
    forest.well("schema", "add", "colour", "--data", forest.data(oslo))

    # It comes back, and learns that it is the owner no more.
    forest.serve(nuuk)
    eventually("nuuk-1 knows who replaced it",
               lambda: forest.role(nuuk, "schema")["owner"] == replaced["owner"])
    eventually("nuuk-1 has the new definition", lambda: "colour" in forest.attributes(nuuk))


def late_commit_is_void(forest, words, is_late):
    """The owner is stopped between check and commit of `ringspan WORDS`; another takes the role."""
    line = eventually("somebody acts", lambda: next(
        (found for found in [forest.role(forest.names[0], "schema")]
         if found["state"] == "effective"), None))
    owner = line["owner"]
    others = [name for name in forest.names if name != owner]
    (forest.folder / f"{owner}.stop").touch()
    asker = forest.start(*words, "--data", forest.data(owner))
    eventually("the owner is stopped", lambda: state_of(forest.processes[owner]) == "T")
    assert not (forest.folder / f"{owner}.stop").exists()
    taken = acts(forest, others[0], "schema", *others)
    assert taken["epoch"]["revision"] > line["epoch"]["revision"], (line, taken)
    forest.well("schema", "change", "badge", "--urgent", "--data", forest.data(taken["owner"]))

    forest.processes[owner].send_signal(signal.SIGCONT)
    said, _ = asker.communicate(timeout=PATIENCE)
    assert asker.returncode != 0, said
    print("the late one was told:", said.strip())
    for name in forest.names:
        eventually(f"{name} knows the new owner",
                   lambda name=name: forest.role(name, "schema")["owner"] == taken["owner"])
    eventually("the late owner has what was written since",
               lambda: forest.attributes(owner).get("badge", {}).get("urgent"))

    # What it wrote has gone everywhere and counts nowhere; the owner says so, and where it stands.
    def journaled():
        told = forest.told(owner, "conflicts")
        return told and told["conflicts"]
    eventually("the late write stands in the journal", journaled)
    for name in forest.names:
        assert not is_late(forest.attributes(name)), (name, forest.attributes(name))
    return taken["owner"]


def counter_at(etcd):
    """What the counter of identifiers in etcd gives next."""
    first, end = (base64.b64encode(key).decode() for key in (b"/ringspan/", b"/ringspan0"))
    question = urllib.request.Request(f"{etcd.endpoint}/v3/kv/range", method="POST", data=json.dumps(
        {"key": first, "range_end": end}).encode())
    with urllib.request.urlopen(question, timeout=PATIENCE) as answer:
        entries = json.load(answer)["kvs"]
    counters = [json.loads(base64.b64decode(entry["value"])) for entry in entries
                if b"/next/rid/" in base64.b64decode(entry["key"])]
    assert len(counters) == 1, entries
    return counters[0]["next"]


def stopped_and_replaced(forest, owner):
    """It hands out identifiers, and stops before it commits what it drew of the counter."""
    others = [name for name in forest.names if name != owner]
    (forest.folder / f"{owner}.stop").touch()
    asker = forest.start("id", "new", "--count", "5000", "--request", "late", "--data",
                         forest.data(owner))
    eventually("the owner is stopped", lambda: state_of(forest.processes[owner]) == "T")
    acts(forest, others[0], "rid", *others)
    return asker, others


def identifiers_of_one_counter(forest, etcd):
    """None is issued twice, whoever hands them out and whatever that one has heard of."""
    issued = set()

    def take(at, count, request):
        def ask():
            told = forest.told(at, "id", "new", "--count", str(count), "--request", request)
            return told if told and "ranges" in told else None
        ranges = eventually(f"{count} identifiers at {at}", ask)["ranges"]
        numbers = {number for one in ranges for number in range(one["first"], one["last"] + 1)}
        assert len(numbers) == count, (at, request, ranges)
        assert not numbers & issued, (at, request, sorted(numbers & issued)[:5])
        issued.update(numbers)

    for name in forest.names:
        take(name, 700, f"{name}/first")
    domain = forest.told(forest.names[0], "id", "status")["domains"][0]
    assert domain["hands_out"] == "from_the_fence" and not domain["waits_for"], domain
    assert "counted at the fence" in forest.well("id", "status", "--data",
                                                 forest.data(forest.names[0]))

    # Lost without a word of what it set aside last.
    owner = acts(forest, forest.names[0], "rid", *forest.names)["owner"]
    take(owner, 5000, "last-word")
    forest.processes[owner].kill()
    forest.processes[owner].wait()
    others = [name for name in forest.names if name != owner]
    replaced = acts(forest, others[0], "rid", *others)["owner"]
    for name in others:
        take(name, 5000, f"{name}/after")
    forest.serve(owner)
    take(owner, 5000, f"{owner}/after")

    # Stopped between the counter and the commit until another has the role.
    asker, others = stopped_and_replaced(forest, replaced)
    for name in others:
        take(name, 5000, f"{name}/late")
    forest.processes[replaced].send_signal(signal.SIGCONT)
    asker.communicate(timeout=PATIENCE)
    take(replaced, 5000, "late")
    assert counter_at(etcd) > max(issued), (counter_at(etcd), max(issued))


def etcd_goes_away(forest, etcd):
    oslo = forest.names[0]
    etcd.stop()
    lost = eventually("the lease ends", lambda: next(
        (found for found in [forest.role(oslo, "schema")] if found["state"] == "without_lease"),
        None))
    assert lost["fence"]["lease_seconds"] is None, lost
    code, said = forest.ended("schema", "add", "height", "--data", forest.data(lost["owner"]))
    assert code == 3 and "no lease of the fence" in said, (code, said)
    code, said = forest.ended("roles", "--data", forest.data(oslo))
    assert code != 0 and "no lease of the fence" in said, (code, said)
    # All else goes on.
    forest.well("add", "cn=ada,dc=corp,dc=example", "mail=ada@example", "--data", forest.data(oslo))
    for name in forest.names:
        eventually(f"{name} has it", lambda name=name: forest.told(
            name, "get", "cn=ada,dc=corp,dc=example"))
    etcd.start()
    acts(forest, oslo, "schema", *forest.names)
    forest.well("schema", "add", "height", "--data", forest.data(oslo))


def certificates(folder):
    """An authority, and certificates of a server and a client by it. The gateway of etcd asks etcd in
    turn, and shows the server's own."""
    folder.mkdir()

    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=authority", "-keyout", "authority.key", "-out", "authority.pem")
    for name, usage in (("server", "serverAuth,clientAuth"), ("client", "clientAuth")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (folder / f"{name}.ext").write_text(
            f"subjectAltName=IP:127.0.0.1\nextendedKeyUsage={usage}\n", encoding="utf-8")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey",
                "authority.key", "-CAcreateserial", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def speaks_tls(program, folder):
    certificates(folder / "tls")
    tls = folder / "tls"
    etcd = Etcd(folder / "etcd-tls", {"certificate": tls / "server.pem", "key": tls / "server.key",
                                      "authority": tls / "authority.pem"})
    silent = f"http://127.0.0.1:{free_ports(1)[0]}"  # nobody is there: the next one is asked
    forest = Forest(program, folder / "alone", ["oslo"], [silent, etcd.endpoint])
    proof = ["--fence-certificate", tls / "client.pem", "--fence-key", tls / "client.key",
             "--fence-authority", tls / "authority.pem"]
    try:
        etcd.start()
        forest.found()
        refused = eventually("it says what is missing", lambda: next(
            (found for found in [forest.role("oslo-1", "schema")]
             if found["fence"] and found["fence"]["trouble"]), None))
        assert "--fence-certificate" in refused["fence"]["trouble"] or \
            "refused" in refused["fence"]["trouble"], refused
        assert refused["state"] == "without_lease", refused
        forest.stop()
        forest.serve("oslo-1", *proof)
        line = acts(forest, "oslo-1", "schema", "oslo-1")
        assert line["fence"]["endpoint"] == etcd.endpoint, line
    except Exception:
        print(forest.logs())
        raise
    finally:
        forest.stop()
        etcd.stop()


def refuses_the_clear(program, folder):
    forest = Forest(program, folder / "clear", ["oslo"], ["http://etcd.corp.example:2379"])
    file = forest.folder / "forest.json"
    file.write_text(json.dumps(forest.definition), encoding="utf-8")
    code, said = forest.ended("check", file)
    assert code != 0 and "in the clear" in said, (code, said)


def main(program):
    need_etcd()
    with tempfile.TemporaryDirectory(prefix="ringspan-fence-") as name:
        folder = pathlib.Path(name)
        program = os.path.abspath(program)
        refuses_the_clear(program, folder)
        etcd = Etcd(folder / "etcd")
        forest = Forest(program, folder / "forest", SITES, [etcd.endpoint])
        try:
            etcd.start()
            forest.found()
            moves_and_is_replaced(forest)
            late_commit_is_void(forest, ["schema", "add", "late"], lambda known: "late" in known)
            late_commit_is_void(forest, ["schema", "change", "colour", "--filtered"],
                                lambda known: known["colour"]["filtered"])
            identifiers_of_one_counter(forest, etcd)
            etcd_goes_away(forest, etcd)
        except Exception:
            print(forest.logs())
            raise
        finally:
            forest.stop()
            etcd.stop()
        speaks_tls(program, folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
