import assert from "node:assert/strict";
import {test} from "node:test";
import type {Pauses} from "../src/documents";
import {worst} from "../src/health";
import {byTrouble, connectionKey, picture} from "../src/picture";
import {controller, planned, pull, status, topology} from "./worlds";

const NOON = new Date("2024-01-01T12:00:00Z"); // a Monday
const key = connectionKey("oslo-1", "nuuk-1");
const both = [controller("oslo-1"), controller("nuuk-1")];
const plan = topology(["oslo-1", "nuuk-1"], [planned("nuuk-1", "oslo-1")]);

test("failing is worse than silent, silent than behind, and of nothing nothing is known", () => {
  assert.equal(worst(["behind", "failing", "silent"]), "failing");
  assert.equal(worst(["behind", "silent", "in_step"]), "silent");
  assert.equal(worst(["in_step", "catching_up"]), "catching_up");
  assert.equal(worst([]), "unknown");
});

test("a connection is as well as its worst naming context", () => {
  const seen = picture(plan, status(both, [
    pull("nuuk-1", "oslo-1"),
    pull("nuuk-1", "oslo-1", {naming_context: "cn=configuration", state: "behind", behind_changes: 4, behind_seconds: 9}),
  ]), NOON, true);
  const connection = seen.connections.get(key)!;
  assert.equal(connection.state, "behind");
  assert.equal(connection.behindChanges, 4);
  assert.equal(connection.behindSeconds, 9);
  assert.equal(seen.controllers.get("nuuk-1")!.state, "behind");
  assert.equal(seen.controllers.get("oslo-1")!.state, "in_step");
  assert.equal(seen.sites.get("nuuk")!.state, "behind");
});

test("an amount that one naming context does not know is not known", () => {
  const seen = picture(plan, status(both, [
    pull("nuuk-1", "oslo-1", {state: "unknown", behind_changes: null, behind_seconds: null}),
    pull("nuuk-1", "oslo-1", {naming_context: "cn=configuration", behind_changes: 4}),
  ]), NOON, true);
  assert.equal(seen.connections.get(key)!.behindChanges, null);
});

test("behind a closed schedule is paused, failing there is failing", () => {
  const closed = topology(["oslo-1", "nuuk-1"], [planned("nuuk-1", "oslo-1", {schedule: "Mon-Fri 18:00-06:00"})]);
  const at = (state: "behind" | "failing") =>
    picture(closed, status(both, [pull("nuuk-1", "oslo-1", {state})]), NOON, true).connections.get(key)!.state;
  assert.equal(at("behind"), "paused");
  assert.equal(at("failing"), "failing");
});

test("a standby is one that stands by for every naming context, and is told apart from primaries", () => {
  const two = topology(["oslo-1", "nuuk-1"], [planned("nuuk-1", "oslo-1", {standby: true}), planned("oslo-1", "nuuk-1")]);
  const seen = picture(two, status(both, [
    pull("nuuk-1", "oslo-1", {standby: true}),
    pull("nuuk-1", "oslo-1", {standby: true, naming_context: "cn=configuration"}),
    pull("oslo-1", "nuuk-1"),
  ]), NOON, true);
  assert.equal(seen.connections.get(key)!.standby, true);
  assert.equal(seen.connections.get(connectionKey("nuuk-1", "oslo-1"))!.standby, false);
  const since = "2024-01-01T11:00:00.000Z";
  const over = picture(two, status(both, [
    pull("nuuk-1", "oslo-1", {standby: true, takeover: {awake: true, since, failing: "oslo-2", told_by: null, switches: 1}}),
    pull("oslo-1", "nuuk-1"),
  ]), NOON, true);
  assert.equal(over.connections.get(key)!.standby, true);
  assert.equal(over.connections.get(key)!.awake, true);
  assert.equal(seen.connections.get(key)!.awake, false);
  const awake = picture(two, status(both, [
    pull("nuuk-1", "oslo-1", {standby: true}), pull("nuuk-1", "oslo-1", {naming_context: "cn=configuration"}),
  ]), NOON, true);
  assert.equal(awake.connections.get(key)!.standby, false);
});

test("a pause is seen at its controller and at every connection that it stops", () => {
  const pause = {by: "alice", since: "2024-01-01T11:00:00.000Z"};
  const ring = topology(["oslo-1", "nuuk-1"], [planned("nuuk-1", "oslo-1"), planned("oslo-1", "nuuk-1")]);
  const seen = (paused: Pauses, states: Partial<Record<"nuuk-1" | "oslo-1", "paused">>) =>
    picture(ring, status([controller("oslo-1"), controller("nuuk-1", {paused})], [
      pull("nuuk-1", "oslo-1", {state: states["nuuk-1"] ?? "in_step"}),
      pull("oslo-1", "nuuk-1", {state: states["oslo-1"] ?? "in_step"}),
    ]), NOON, true);
  const back = connectionKey("nuuk-1", "oslo-1");

  const inbound = seen({inbound: pause, outbound: null}, {"nuuk-1": "paused"});
  const stop = {controller: "nuuk-1", direction: "inbound", ...pause};
  assert.deepEqual(inbound.controllers.get("nuuk-1")!.stops, [stop]);
  assert.equal(inbound.controllers.get("nuuk-1")!.state, "paused");
  assert.deepEqual(inbound.connections.get(key)!.stops, [stop]);
  assert.deepEqual(inbound.connections.get(back)!.stops, []);
  assert.equal(inbound.controllers.get("oslo-1")!.state, "in_step");

  const outbound = seen({inbound: null, outbound: pause}, {"oslo-1": "paused"});
  assert.deepEqual(outbound.connections.get(key)!.stops, []);
  assert.deepEqual(outbound.connections.get(back)!.stops, [{...stop, direction: "outbound"}]);
  assert.equal(outbound.controllers.get("nuuk-1")!.state, "paused");
  assert.equal(outbound.connections.get(back)!.state, "paused");
});

test("a silent server leaves nothing green", () => {
  const seen = picture(plan, status(both, [pull("nuuk-1", "oslo-1")]), NOON, false);
  for (const views of [seen.sites, seen.controllers, seen.connections]) {
    for (const view of views.values()) assert.equal(view.state, "unknown");
  }
});

test("one that nobody has installed yet makes nothing unwell", () => {
  const seen = picture(plan, status([controller("oslo-1"), controller("nuuk-1", {state: "not_joined"})],
    [pull("nuuk-1", "oslo-1", {state: "silent"})]), NOON, true);
  assert.equal(seen.connections.get(key)!.state, "not_joined");
  assert.equal(seen.sites.get("nuuk")!.state, "not_joined");
});

test("a connection is seen whether the plan or the status names it", () => {
  const seen = picture(plan, status(both, [pull("oslo-1", "nuuk-1")]), NOON, true);
  assert.equal(seen.connections.size, 2);
  assert.equal(seen.connections.get(key)!.state, "unknown");
  assert.equal(seen.connections.get(connectionKey("nuuk-1", "oslo-1"))!.planned, null);
});

test("tables begin with trouble and count as people do", () => {
  const rows = byTrouble([
    {name: "oslo-10", state: "in_step"}, {name: "oslo-2", state: "in_step"}, {name: "zug-1", state: "behind"},
  ] as const, (row) => row.name);
  assert.deepEqual(rows.map((row) => row.name), ["zug-1", "oslo-2", "oslo-10"]);
});
