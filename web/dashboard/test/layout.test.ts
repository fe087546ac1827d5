import assert from "node:assert/strict";
import {test} from "node:test";
import {layout} from "../src/layout";
import {picture} from "../src/picture";
import {bent, distance, linksByName, siteRoute, trimmed} from "../src/route";
import {buildScene, under} from "../src/scene";
import {planned, topology} from "./worlds";

const OSLO = {name: "oslo", coordinates: {latitude: 59.9, longitude: 10.8}};
const NUUK = {name: "nuuk", coordinates: {latitude: 64.2, longitude: -51.7}};
const inside = ([x, y]: [number, number]) => x >= 0 && x <= 800 && y >= 0 && y <= 500;

test("coordinates become a map with west on the left", () => {
  const made = layout([OSLO, NUUK], [], 800, 500);
  assert.ok(made.projection);
  assert.ok(made.positions.get("nuuk")![0] < made.positions.get("oslo")![0]);
  assert.equal(made.placed.size, 0);
});

test("a site without coordinates lies beside its neighbours, not upon them", () => {
  const made = layout([OSLO, NUUK, {name: "vault"}], [{sites: ["oslo", "vault"]}], 800, 500);
  assert.deepEqual([...made.placed], ["vault"]);
  const [a, b] = [made.positions.get("vault")!, made.positions.get("oslo")!];
  const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
  assert.ok(apart > 30 && apart < 250, String(apart));
});

test("without any coordinates it is a graph, inside the frame and the same each time", () => {
  const sites = ["a", "b", "c", "d"].map((name) => ({name}));
  const links = [{sites: ["a", "b"]}, {sites: ["b", "c", "d"]}];
  const made = layout(sites, links, 800, 500);
  assert.equal(made.projection, null);
  for (const at of made.positions.values()) assert.ok(inside(at));
  assert.deepEqual(made.positions, layout(sites, links, 800, 500).positions);
});

test("one site alone lies in the middle; none at all is no fault", () => {
  const at = layout([OSLO], [], 800, 500).positions.get("oslo")!;
  assert.ok(Math.abs(at[0] - 400) < 1 && Math.abs(at[1] - 250) < 1);
  assert.equal(layout([], [], 800, 500).positions.size, 0);
});

test("sites all round the world fit", () => {
  const round = [-170, -60, 30, 150].map((longitude) => ({name: String(longitude), coordinates: {latitude: 10, longitude}}));
  for (const at of layout(round, [], 800, 500).positions.values()) assert.ok(inside(at));
});

const world = topology(["a-1", "c-1"], [planned("c-1", "a-1", {path: ["a-b", "b-c"]})], [["a", "b"], ["b", "c"]]);
world.forest.sites.push({name: "b"});
const seen = picture(world, null, new Date(0), true);

test("a connection goes over the sites that its links join", () => {
  const [connection] = seen.connections.values();
  assert.deepEqual(siteRoute(connection!, linksByName(seen.links)), ["a", "b", "c"]);
  assert.deepEqual(siteRoute(connection!, new Map()), ["a", "c"]);
});

test("a line bends to its right and ends outside the markers", () => {
  const line = trimmed(bent([[0, 0], [100, 0]]), 10, 12);
  assert.ok(line.every(([, y]) => y >= 0));
  assert.ok(Math.abs(Math.hypot(...line[0]!) - 10) < 0.5);
  assert.ok(distance(line, [50, 9]) < 1);
  assert.ok(distance(line, [50, 60]) > 40);
});

test("what is clicked is what is drawn there", () => {
  const made = layout(world.forest.sites, world.forest.links ?? [], 800, 500);
  const scene = buildScene(seen, made, {x: 0, y: 0, k: 1});
  const marker = scene.markers.find((one) => one.name.startsWith("a"))!;
  assert.deepEqual(under(scene, marker.at), {kind: marker.kind, name: marker.name});
  const [stroke] = scene.strokes;
  assert.equal(under(scene, stroke!.line[5]!)?.kind, "connection");
  assert.equal(under(scene, [-900, -900]), null);
});
