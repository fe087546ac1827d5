#!/usr/bin/env python3
"""The page's API at real controllers, as docs/http-api.md says: page_test.py PROGRAM

Walks every route of the OpenAPI file without a session and in each role, by cookie and by token,
holds each answer to its schema, and tries what a foreign page, a used code, a revoked token and a
request without end must not get.
"""

import base64
import http.client
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

import jsonschema

SCHEMAS = {}
for file in (pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas").glob("*.json"):
    schema = json.loads(file.read_text(encoding="utf-8"))
    SCHEMAS[schema["$id"]] = schema
RANKS = ["none", "reader", "operator", "admin"]
PATIENCE = 30
PROGRAM = sys.argv[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ringspan(*words, **more):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True,
                          **more).stdout


class Controller:
    """One controller of a forest of two with its page, from its making to its end."""

    def __init__(self, folder, name):
        self.name, self.data = name, folder / name

    def init(self, forest, listen):
        ringspan("init", forest, "--controller", self.name, "--data", self.data, "--listen", listen)

    def join(self, inviter):
        token = ringspan("invite", self.name, "--data", inviter.data)
        ringspan("join", "--token-file", "-", "--data", self.data, input=token)

    def serve(self):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--page", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = [self.process.stdout.readline() for _ in range(2)]
        self.port = int(re.search(r":(\d+)/$", lines[1].strip())[1])

    def page(self, role):
        return json.loads(ringspan("page", "--data", self.data, "--role", role, "--json"))

    def token(self, name, role):
        return ringspan("token", "add", name, "--role", role, "--data", self.data).strip()

    def request(self, method, path, body=None, **headers):
        """The status, the headers and the text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def redeem(self, role):
        """The status and the cookie for a new code, and the code."""
        code = self.page(role)["url"].split("#code=")[1]
        status, headers, _ = self.request("POST", "/api/session", json.dumps({"code": code}))
        assert status == 200, status
        cookie = headers["Set-Cookie"]
        assert cookie.startswith(f"ringspan-{self.name}="), cookie
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            assert word in cookie, cookie
        return cookie.split(";")[0], code

    def stop(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0


def two_controllers(folder):
    """oslo-1 and nuuk-1 of one forest, on one address."""
    ports = free_port(), free_port()
    names = "oslo", "nuuk"
    forest = folder / "forest.json"
    forest.write_text(json.dumps({
        "name": "corp", "domains": [{"dn": "dc=corp,dc=example"}],
        "sites": [{"name": name} for name in names],
        "links": [{"name": "oslo-nuuk", "sites": names}],
        "controllers": [{"name": f"{name}-1", "site": name, "address": f"127.0.0.1:{port}"}
                        for name, port in zip(names, ports)]}))
    oslo, nuuk = Controller(folder, "oslo-1"), Controller(folder, "nuuk-1")
    oslo.init(forest, f"127.0.0.1:{ports[0]}")
    oslo.serve()
    nuuk.join(oslo)
    nuuk.serve()
    return oslo, nuuk


def routes(oslo):
    """(path, method, operation) of every route in the OpenAPI file."""
    paths = json.loads(oslo.request("GET", "/api/openapi.json")[2])["paths"]
    return [(path, method, operation) for path, operations in paths.items()
            for method, operation in operations.items()]


def every_route_asks_for_its_role(oslo):
    cookies = {role: {"Cookie": oslo.redeem(role)[0]} for role in RANKS[1:]}
    tokens = {role: {"Authorization": f"Bearer {oslo.token(f'walks-{role}', role)}"}
              for role in RANKS[1:]}
    for path, method, operation in routes(oslo):
        if path == "/api/feed" or (path, method) == ("/api/session", "delete"):
            continue  # each has a test of its own
        needed = RANKS.index(operation["x-ringspan-role"])
        for rank, role in enumerate(RANKS):
            for proofs in (cookies, tokens):
                headers = proofs[role] if rank else {}
                body = "{}" if method == "post" else None
                status, _, text = oslo.request(method.upper(), path.replace("{id}", "0000"), body,
                                               **headers)
                if rank >= needed:
                    fine = (200, 400, 404)  # 400: a parameter is missing; 404: there is no such id
                else:
                    fine = (403,) if rank else (401,)
                assert status in fine, (method, path, role, status, text)


def every_answer_is_as_its_schema_says(oslo, nuuk):
    admin = {"Authorization": f"Bearer {oslo.token('checks', 'admin')}"}
    replicated(lambda: nuuk.request("GET", "/api/session", **admin)[0] == 200)
    code = oslo.page("reader")["url"].split("#code=")[1]
    conflict = {"id": a_conflict(oslo, nuuk)}
    status, _, text = oslo.request("GET", "/api/objects?dn=ou%3Dpeople", **admin)
    repair = {"to": "nuuk-1", "from": "oslo-1", "naming_context": "dc=corp,dc=example",
              "objects": [json.loads(text)["object"]]}
    given = {
        ("/api/conflicts", "get"): {"kind": "attribute", "sites": "nuuk,oslo", "limit": 5},
        ("/api/conflicts/{id}", "get"): conflict,
        ("/api/conflicts/{id}/restore", "post"): conflict,
        ("/api/session", "post"): {"code": code},
        ("/api/objects", "get"): {"dn": "ou=people"},
        ("/api/attribute", "get"): {"attribute": "manager"},
        ("/api/explain", "get"): {"destination": "nuuk-1", "source": "oslo-1"},
        ("/api/what_if", "post"): {"without_links": ["oslo-nuuk"], "add_links": ["nuuk,oslo,7"]},
        ("/api/sync", "post"): {"to": "nuuk-1", "from": "oslo-1"},
        ("/api/tokens", "post"): {"name": "brief", "role": "reader", "expires": "1m"},
        ("/api/tokens", "delete"): {"name": "brief"},
        ("/api/roles/transfer", "post"): {"role": "rid", "to": "nuuk-1"},
        ("/api/roles/seize", "post"): {"role": "pdc", "controller": "nuuk-1", "preview": True},
        ("/api/changes", "get"): {"naming_context": "dc=corp,dc=example", "limit": 3},
        ("/api/compare", "get"): {"a": "oslo-1", "b": "nuuk-1"},
        ("/api/compare", "post"): repair,
        ("/api/lingering", "post"): {"reference": "nuuk-1"},
        ("/api/expire", "post"): {"controller": "nuuk-1", "preview": True},
        ("/api/retire", "post"): {"controller": "nuuk-1", "preview": True},
        ("/api/identifiers", "post"): {"count": 3},
        ("/api/pause", "post"): {"controller": "nuuk-1", "direction": "inbound"},
        ("/api/resume", "post"): {"controller": "nuuk-1", "direction": "inbound"},
    }
    held = 0
    for path, method, operation in routes(oslo):
        content = operation["responses"].get("200", {}).get("content", {})
        named = content.get("application/json", {}).get("schema", {}).get("$ref")
        if named is None:
            continue
        parameters = dict(given.get((path, method), {}))
        path = path.replace("{id}", parameters.pop("id")) if "{id}" in path else path
        body = json.dumps(parameters) if method == "post" else None
        query = "" if body else "?" + urllib.parse.urlencode(parameters)
        status, _, text = oslo.request(method.upper(), path + query, body, **admin)
        assert status == 200, (method, path, status, text)
        if path == "/api/sync_all":
            given[("/api/sync_job", "post")] = {"job": json.loads(text)["job"]}
        held_to_schema(json.loads(text), named, (method, path))
        held += 1
    assert held >= 10, held
    status, _, text = oslo.request("GET", "/api/objects?dn=ou%3Dnone", **admin)
    assert status == 404, status
    held_to_schema(json.loads(text), "https://ringspan.example/schemas/error.schema.json", "404")
    words = json.loads(ringspan("token", "list", "--data", oslo.data, "--json"))
    held_to_schema(words, "https://ringspan.example/schemas/token-list.schema.json", "token list")


def a_conflict(oslo, nuuk):
    """The id of one that was made for this."""
    for controller in (oslo, nuuk):
        ringspan("pause", controller.name, "both", "--data", oslo.data)
    for controller in (oslo, nuuk):
        ringspan("set", "ou=people", f"description={controller.name}", "--at", controller.name,
                 "--data", oslo.data)
    for controller in (oslo, nuuk):
        ringspan("resume", controller.name, "both", "--data", oslo.data)
    ringspan("sync", "--all", "--data", oslo.data)
    return json.loads(ringspan("conflicts", "--json", "--data", oslo.data))["conflicts"][0]["id"]


def held_to_schema(answer, name, what):
    schema = SCHEMAS[name]
    resolver = jsonschema.RefResolver.from_schema(schema, store=SCHEMAS)
    wrong = [f"{what}: {error.json_path}: {error.message}"
             for error in jsonschema.Draft202012Validator(schema, resolver=resolver)
             .iter_errors(answer)]
    assert not wrong, wrong


def tokens_are_good_where_cookies_are(oslo, nuuk):
    token = oslo.token("rita", "operator")
    bearer = {"Authorization": f"Bearer {token}"}
    who = json.loads(oslo.request("GET", "/api/session", **bearer)[2])
    assert (who["person"], who["role"]) == ("rita", "operator"), who
    # No browser adds a token by itself: whoever's page it is, its owner meant it.
    sync = json.dumps({"to": "oslo-1", "from": "nuuk-1"})
    foreign = {"Origin": "http://evil.example"}
    assert oslo.request("POST", "/api/sync", sync, **bearer, **foreign)[0] == 200
    assert oslo.request("GET", "/api/status", **bearer, Host="evil.example")[0] == 421
    # A token that is wrong is not helped by a cookie, nor is another kind of authorization.
    cookie = {"Cookie": oslo.redeem("admin")[0]}
    for wrong in ("Bearer x", f"Bearer {token[:-1]}", f"Basic {token}", "Bearer", ""):
        status, _, text = oslo.request("GET", "/api/status", Authorization=wrong, **cookie)
        assert status == 401, (wrong, status, text)
    status, headers, text = oslo.request("POST", "/api/session", json.dumps({"token": token}))
    assert status == 200 and json.loads(text)["person"] == "rita", text
    for body in ("{}", json.dumps({"token": token, "code": "x"})):
        assert oslo.request("POST", "/api/session", body)[0] == 400
    assert oslo.request("POST", "/api/session", json.dumps({"token": "x"}))[0] == 401
    session = {"Cookie": headers["Set-Cookie"].split(";")[0]}
    replicated(lambda: nuuk.request("GET", "/api/session", **bearer)[0] == 200)
    # Carried to nuuk-1 with the person's own rights, by cookie and by token.
    for proof in (session, bearer):
        status, _, text = oslo.request("GET", "/api/objects?dn=ou%3Dpeople&at=nuuk-1", **proof)
        assert status == 200 and json.loads(text)["controller"] == "nuuk-1", text
    feed = Feed(oslo, "", headers=f"Authorization: Bearer {token}\r\n")
    feed.message()
    ringspan("token", "revoke", "rita", "--data", oslo.data)
    # The revocation ends what began with the token.
    for proof in (bearer, session):
        assert oslo.request("GET", "/api/session", **proof)[0] == 401
    feed.ends()
    replicated(lambda: nuuk.request("GET", "/api/session", **bearer)[0] == 401)


def a_code_gives_no_more_than_its_maker_has(oslo):
    token = oslo.token("olaf", "operator")
    (oslo.data / "olaf.token").write_text(token)
    asks = ["page", "--data", oslo.data, "--token-file", oslo.data / "olaf.token", "--json"]
    ended = subprocess.run([PROGRAM, *asks, "--role", "admin"], capture_output=True, text=True)
    assert ended.returncode == 1 and "takes the role admin" in ended.stderr, ended
    code = json.loads(ringspan(*asks))["url"].split("#code=")[1]
    status, headers, text = oslo.request("POST", "/api/session", json.dumps({"code": code}))
    assert status == 200, text
    assert json.loads(text)["person"] == "olaf" and json.loads(text)["role"] == "operator", text
    ringspan("token", "revoke", "olaf", "--data", oslo.data)
    cookie = headers["Set-Cookie"].split(";")[0]
    assert oslo.request("GET", "/api/session", Cookie=cookie)[0] == 401


def replicated(holds):
    """Returns once it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "not replicated in time"


def answers_are_what_is_asked(oslo):
    cookie, _ = oslo.redeem("operator")
    status, _, text = oslo.request("GET", "/api/objects?dn=ou%3Dpeople", Cookie=cookie)
    assert status == 200 and json.loads(text)["dn"].startswith("ou=people"), text
    status, _, text = oslo.request("GET", "/api/log?after=0&limit=1", Cookie=cookie)
    assert status == 200 and [line["number"] for line in json.loads(text)["lines"]] == [1], text
    assert oslo.request("GET", "/api/log?after=-1", Cookie=cookie)[0] == 400
    assert oslo.request("GET", "/api/log?level=loud", Cookie=cookie)[0] == 400
    assert oslo.request("GET", "/api/objects?dn=ou=none", Cookie=cookie)[0] == 404
    assert oslo.request("GET", "/api/objects?dm=ou=x", Cookie=cookie)[0] == 400
    for path, wanted in (("?sites=oslo", 400), ("?kind=quarrel", 400), ("?id=0000", 400),
                         ("/", 404), ("/xyz", 400), ("/0000", 404), ("/0000?id=0001", 400)):
        status, _, text = oslo.request("GET", "/api/conflicts" + path, Cookie=cookie)
        assert status == wanted, (path, status, text)
    assert oslo.request("DELETE", "/api/conflicts/0000", Cookie=cookie)[0] == 405
    assert set(json.loads(oslo.request("GET", "/api/topology", Cookie=cookie)[2])) == \
        {"forest", "plan"}
    status, _, _ = oslo.request("POST", "/api/sync", '{"to":"oslo-1","from":"lima-1"}',
                                Cookie=cookie)
    assert status == 404, status
    assert oslo.request("PUT", "/api/status", Cookie=cookie)[0] == 405
    a_pause_and_a_job_go_through_the_api(oslo, cookie)
    promised = str((1 << 20) + 1)  # its head alone is enough to refuse it
    assert oslo.request("POST", "/api/sync", Cookie=cookie, Content_Length=promised)[0] == 413
    _, headers, text = oslo.request("GET", "/metrics", Cookie=cookie)
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers
    assert 'ringspan_controller_up{controller="oslo-1",site="oslo"} 1' in text, text
    _, headers, _ = oslo.request("GET", "/")
    assert "default-src 'none'" in headers["Content-Security-Policy"], headers
    assert oslo.request("GET", "/", If_None_Match=headers["ETag"])[0] == 304


def the_plan_is_certified_and_explained(oslo):
    cookie = {"Cookie": oslo.redeem("reader")[0]}
    plan = json.loads(oslo.request("GET", "/api/topology", **cookie)[2])["plan"]
    # Two sites on one link: whoever is lost, nobody else is apart but by the link itself.
    assert [cut["loss"] for cut in plan["certificate"]["cuts"]] == \
        [{"kind": "link", "name": "oslo-nuuk"}], plan["certificate"]
    status, _, text = oslo.request("GET", "/api/explain?destination=nuuk-1&source=oslo-1", **cookie)
    there, back = json.loads(text)["directions"]
    assert status == 200 and there["connections"][0]["rule"] == "site_tree", text
    assert (back["destination"], back["source"]) == ("oslo-1", "nuuk-1"), text
    for query, fields in (("destination=nuk-1&source=rome-1", ["destination", "source"]),
                          ("destination=nuuk-1&source=NUUK-1", ["source"])):
        status, _, text = oslo.request("GET", "/api/explain?" + query, **cookie)
        assert status == 400, text
        assert [one["field"] for one in json.loads(text)["error"]["fields"]] == fields, text
    assert oslo.request("GET", "/api/explain?destination=nuuk-1", **cookie)[0] == 400


def a_change_is_weighed_and_never_applied(oslo):
    cookie = {"Cookie": oslo.redeem("reader")[0]}

    def weigh(body, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        status, _, text = oslo.request("POST", "/api/what_if", text, **headers)
        return status, json.loads(text)

    before = oslo.request("GET", "/api/topology", **cookie)[2]
    changes = {"without_links": ["Oslo-Nuuk"], "add_links": ["nuuk,oslo,7", "oslo,nuuk,9"],
               "set_costs": ["oslo-nuuk=50"]}
    said = json.loads(ringspan("what-if", "--live", "--without-link", "Oslo-Nuuk", "--add-link",
                               "nuuk,oslo,7", "--add-link", "oslo,nuuk,9", "--set-cost",
                               "oslo-nuuk=50", "--data", oslo.data, "--json"))
    assert weigh(changes, **cookie) == (200, said)
    status, answer = weigh({"without_links": ["oslo-nuuk"]}, **cookie)
    assert status == 200 and len(answer["cut_off"]) == 1, answer
    assert len(answer["connections"]["removed"]) == 2, answer
    assert weigh({}, **cookie)[1]["changes"] == []
    assert oslo.request("GET", "/api/topology", **cookie)[2] == before

    # All that is wrong is said at once, its form's as well.
    status, answer = weigh({"without_links": ["oslo-nuk", 5], "without_sites": "oslo", "apply": True,
                            "add_links": ["oslo,oslo,5", "oslo"], "set_costs": ["oslo-nuuk=0"]},
                           **cookie)
    assert status == 400, answer
    held_to_schema(answer, "https://ringspan.example/schemas/error.schema.json", "faults")
    faults = {(one["field"], one["at"]): one["message"] for one in answer["error"]["fields"]}
    assert set(faults) == {("without_links", 0), ("without_links", 1), ("without_sites", None),
                           ("apply", None), ("add_links", 0), ("add_links", 1), ("set_costs", 0)}
    assert "did you mean oslo-nuuk?" in faults["without_links", 0], faults
    for body in ("", "[]", "{", "null", '{"without_links":[[[[[[1]]]]]]}'):
        assert weigh(body, **cookie)[0] == 400, body
    assert weigh({"without_sites": ["x"] * 1001}, **cookie)[0] == 400
    assert weigh(changes)[0] == 401
    assert weigh(changes, **cookie, Origin="http://evil.example")[0] == 403
    assert oslo.request("GET", "/api/what_if", **cookie)[0] == 405


def a_pause_and_a_job_go_through_the_api(oslo, cookie):
    def post(path, **body):
        status, _, text = oslo.request("POST", path, json.dumps(body), Cookie=cookie)
        assert status == 200, text
        return json.loads(text)

    both = {"controller": "oslo-1", "direction": "both"}
    assert post("/api/pause", **both)["changed"] == ["inbound", "outbound"]
    _, _, text = oslo.request("GET", "/metrics", Cookie=cookie)
    assert 'ringspan_controller_paused{controller="oslo-1",site="oslo",direction="inbound"} 1' in text, text
    assert post("/api/resume", **both)["paused"] == {"inbound": None, "outbound": None}
    wrong = json.dumps({"controller": "oslo-1", "direction": "up"})
    assert oslo.request("POST", "/api/pause", wrong, Cookie=cookie)[0] == 400
    job = post("/api/sync_all")
    deadline = time.monotonic() + PATIENCE
    while job["state"] == "running":
        assert time.monotonic() < deadline, job
        job = post("/api/sync_job", job=job["job"])
    assert job["state"] == "done" and job["health"] == "well", job
    status, _, _ = oslo.request("POST", "/api/sync_job", '{"job":"none"}', Cookie=cookie)
    assert status == 404, status


def strangers_are_refused(oslo):
    cookie, code = oslo.redeem("admin")
    body = json.dumps({"code": code})
    assert oslo.request("POST", "/api/session", body)[0] == 401, "a code worked twice"
    assert oslo.request("GET", "/api/status", Cookie=cookie, Host="evil.example")[0] == 421
    foreign = {"Cookie": cookie, "Origin": "http://evil.example"}
    assert oslo.request("POST", "/api/sync", "{}", **foreign)[0] == 403
    assert oslo.request("DELETE", "/api/session", **foreign)[0] == 403
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert oslo.request("GET", "/api/feed", **upgrade)[0] == 401
    assert oslo.request("GET", "/api/feed", **upgrade, **foreign)[0] == 403
    assert oslo.request("DELETE", "/api/session", Cookie=cookie)[0] == 204
    assert oslo.request("GET", "/api/session", Cookie=cookie)[0] == 401


def cookies_of_two_controllers_do_not_meet(oslo, nuuk):
    both = f"{oslo.redeem('reader')[0]}; {nuuk.redeem('admin')[0]}"
    for controller, role in ((oslo, "reader"), (nuuk, "admin")):
        status, _, text = controller.request("GET", "/api/session", Cookie=both)
        assert status == 200 and json.loads(text)["role"] == role, text


class Feed:
    """A WebSocket that hears the feed."""

    def __init__(self, controller, cookie, path="/api/feed", headers=""):
        self.socket = socket.create_connection(("127.0.0.1", controller.port), PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{controller.port}\r\n"
                             f"Cookie: {cookie}\r\n{headers}Connection: Upgrade\r\nUpgrade: websocket\r\n"
                             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n")
                            .encode())
        self.file = self.socket.makefile("rb")
        assert b" 101 " in self.file.readline()
        while self.file.readline() != b"\r\n":
            pass

    def message(self):
        text = b""
        while True:
            kind, size = self.file.read(2)
            if size == 126:
                size, = struct.unpack(">H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.file.read(8))
            part = self.file.read(size)
            if kind & 15 in (0, 1):  # a long message comes in several frames
                text += part
                if kind & 128:
                    return json.loads(text)

    def ends(self):
        """Returns when the other side has closed it."""
        while True:
            head = self.file.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return
            size = head[1]
            if size == 126:
                size, = struct.unpack(">H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.file.read(8))
            self.file.read(size)

    def close(self):
        self.file.close()
        self.socket.close()


def the_feed_tells_and_resumes(oslo):
    cookie, _ = oslo.redeem("reader")
    feed = Feed(oslo, cookie)
    heard = [feed.message() for _ in range(3)]
    assert {"status", "topology"} <= {message["kind"] for message in heard}, heard
    numbers = [message["number"] for message in heard]
    assert numbers == list(range(numbers[0], numbers[0] + 3)), numbers
    feed.close()
    resumed = Feed(oslo, cookie, f"/api/feed?after={numbers[0]}")
    assert [resumed.message() for _ in range(2)] == heard[1:]
    resumed.close()


def a_head_without_end_is_closed(oslo):
    with socket.create_connection(("127.0.0.1", oslo.port), PATIENCE) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert slow.recv(1) == b""


def no_other_address_without_tls(folder):
    ended = subprocess.run([PROGRAM, "serve", "--data", folder / "oslo-1", "--page", "0.0.0.0:0"],
                           capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 1 and "without TLS" in ended.stderr, ended


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        oslo, nuuk = two_controllers(folder)
        try:
            every_route_asks_for_its_role(oslo)
            every_answer_is_as_its_schema_says(oslo, nuuk)
            tokens_are_good_where_cookies_are(oslo, nuuk)
            a_code_gives_no_more_than_its_maker_has(oslo)
            answers_are_what_is_asked(oslo)
            the_plan_is_certified_and_explained(oslo)
            a_change_is_weighed_and_never_applied(oslo)
            strangers_are_refused(oslo)
            cookies_of_two_controllers_do_not_meet(oslo, nuuk)
            the_feed_tells_and_resumes(oslo)
            a_head_without_end_is_closed(oslo)
            oslo.stop()
            nuuk.stop()
            no_other_address_without_tls(folder)
        finally:
            oslo.process.kill()
            nuuk.process.kill()


if __name__ == "__main__":
    main()
    print("the page's API is as docs/http-api.md says")
