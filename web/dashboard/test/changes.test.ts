import assert from "node:assert/strict";
import {test} from "node:test";
import {refusal} from "../src/api";
import {changesCount, changeWords, commandLine, NO_CHANGES, withChange, withoutChange} from "../src/changes";
import type {ComparedConnection, Comparison} from "../src/documents";
import {layout} from "../src/layout";
import {connectionKey, picture} from "../src/picture";
import {differences, newLinks, proposed, verdict} from "../src/proposal";
import {buildScene} from "../src/scene";
import {controller, planned, pull, status, topology} from "./worlds";

test("a change stands once, and a link has one new cost", () => {
  let changes = withChange(NO_CHANGES, "without_links", "a-b");
  changes = withChange(changes, "without_links", "a-b");
  changes = withChange(changes, "set_costs", "a=b=7");
  changes = withChange(changes, "set_costs", "a=b=8");
  changes = withChange(changes, "set_costs", "a-b=9");
  assert.deepEqual(changes.set_costs, ["a=b=8", "a-b=9"]);
  assert.equal(changesCount(changes), 3);
  assert.equal(changesCount(withoutChange(changes, "without_links", "a-b")), 2);
  assert.equal(changesCount(NO_CHANGES), 0);
});

test("each change has words, and all of them one command", () => {
  assert.equal(changeWords("set_costs", "a-b=9"), "a-b costs 9");
  assert.equal(changeWords("add_links", "a,b,9"), "a link a to b at cost 9");
  assert.equal(changeWords("without_sites", "a"), "without site a");
  let changes = withChange(NO_CHANGES, "without_controllers", "it's one");
  changes = withChange(changes, "set_costs", "a-b=9");
  changes = withChange(changes, "without_links", "-x");
  assert.equal(commandLine(changes), "ringspan what-if --live --set-cost a-b=9 --without-link=-x --without-controller 'it'\\''s one'");
});

test("a refusal has the fault of each field; what is no error of ours has none", () => {
  const fields = [{field: "without_links", at: 0, message: "a-c: no site link of this name"}];
  const refused = refusal(400, JSON.stringify({error: {code: "invalid", message: "a-c", fields}}));
  assert.deepEqual([refused.status, refused.message, refused.fields], [400, "a-c", fields]);
  assert.deepEqual(refusal(502, "<html>").fields, []);
  assert.equal(refusal(502, "<html>").message, "The server answered 502.");
});

const compared = (destination: string, source: string, change: Partial<ComparedConnection> = {}): ComparedConnection => {
  const {source_site: _, destination_site: __, ...rest} = planned(destination, source);
  return {...rest, ...change};
};

const totals = {controllers: 3, connections: 4, standby: 0, most_inbound: 2, worst_hops: 2, delay: "0ms", losses_not_survived: 0};
const comparison = (change: Partial<Comparison> = {}): Comparison => ({
  forest: "corp", changes: [], before: totals, after: totals, cut_off: [],
  connections: {added: [], removed: [], changed: []}, ...change,
});

const world = topology(["a-1", "b-1", "c-1"], [
  planned("b-1", "a-1", {path: ["a-b"]}), planned("a-1", "b-1", {path: ["a-b"]}), planned("c-1", "b-1", {path: ["b-c"], standby: true}),
], [["a", "b"], ["b", "c"]]);
const seen = picture(world, status([controller("a-1"), controller("b-1"), controller("c-1")], [pull("b-1", "a-1")]), new Date(0), true);

const answer = comparison({
  connections: {
    removed: [compared("b-1", "a-1"), compared("c-1", "b-1", {standby: true})],
    added: [compared("c-1", "a-1", {path: ["a-c"]}), compared("c-1", "b-1")],
    changed: [{destination: "a-1", source: "b-1", standby: false, before: compared("a-1", "b-1"), after: compared("a-1", "b-1", {cost: 7})}],
  },
  cut_off: [{controller: "b-1", reason: "unreached", naming_contexts: ["dc=corp,dc=example"]},
    {controller: "x-1", reason: "removed", naming_contexts: []}],
});

test("a connection that changes its kind is one difference, and removed ones stand first", () => {
  assert.deepEqual(differences(answer).map((one) => [one.change, one.destination, one.source]), [
    ["removed", "b-1", "a-1"], ["added", "c-1", "a-1"], ["becomes_primary", "c-1", "b-1"], ["changed", "a-1", "b-1"],
  ]);
  assert.equal(differences(answer)[3]!.words, "cost 100 → 7");
});

test("the verdict names who is left but cut off", () => {
  assert.equal(verdict(answer), "b-1 would be cut off. Connections: 1 removed, 1 added, 1 becomes primary, 1 changed.");
  assert.equal(verdict(comparison()), "Nobody would be cut off. No connection changes.");
});

test("a new link is named as the server names it", () => {
  const changes = {...NO_CHANGES, add_links: ["a,b,7", "a,c,9"]};
  assert.deepEqual(newLinks(seen.links, changes).map((link) => link.name), ["a-b-2", "a-c"]);
});

test("the proposed picture keeps what is removed, marked, and leaves the present one alone", () => {
  const then = proposed(seen, answer, {...NO_CHANGES, add_links: ["a,c,9"]});
  const change = (source: string, destination: string) => then.connections.get(connectionKey(source, destination))?.change;
  assert.equal(change("a-1", "b-1"), "removed");
  assert.equal(change("a-1", "c-1"), "added");
  assert.equal(change("b-1", "c-1"), "becomes_primary");
  assert.equal(then.connections.get(connectionKey("b-1", "c-1"))!.standby, false);
  assert.deepEqual([...then.proposal!.cutOff], ["b-1"]);
  assert.equal(seen.connections.size, 3);
  assert.ok([...seen.connections.values()].every((one) => one.change === undefined));
});

test("what changes is drawn above what stays, and never in one stroke with it", () => {
  const then = proposed(seen, answer, NO_CHANGES);
  const made = layout(world.forest.sites, world.forest.links ?? [], 800, 500);
  for (const k of [0.1, 5]) { // one stroke for a pair of sites, one for each connection
    const scene = buildScene(then, made, {x: 0, y: 0, k});
    assert.equal(scene.proposal, true);
    assert.deepEqual(scene.strokes.map((stroke) => stroke.change).sort(), ["added", "becomes_primary", "changed", "removed"]);
    assert.equal(scene.places.find((place) => place.name === "b")!.cutOff, 1);
    assert.deepEqual(scene.markers.filter((marker) => marker.cutOff).length, 1);
  }
  assert.equal(buildScene(seen, made, {x: 0, y: 0, k: 1}).proposal, false);
});
