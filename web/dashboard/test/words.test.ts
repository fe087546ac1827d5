import assert from "node:assert/strict";
import {test} from "node:test";
import {may} from "../src/api";
import {reason} from "../src/connection";
import {picture} from "../src/picture";
import {outcome} from "../src/replicate";
import {codeOf} from "../src/signin";
import {inboundSteps, outboundSteps} from "../src/spread";
import {ago, behind, bytes, count, duration, moment, plural, stopped} from "../src/words";
import {controller, planned, status, topology} from "./worlds";

test("an unknown number is a dash, never a zero", () => {
  assert.equal(count(null), "–");
  assert.equal(behind(null, null), "–");
  assert.equal(bytes(null), "–");
});

test("numbers as people read them", () => {
  assert.equal(behind(1, 40.7), "1 change, 40 s");
  assert.equal(plural(1200, "value"), "1,200 values");
  assert.equal(bytes(20412), "20.4 kB");
  assert.equal(duration(7300), "2 h");
  assert.equal(ago("2024-01-01T00:00:00.000Z", Date.parse("2024-01-01T00:03:00Z")), "3 min ago");
  assert.equal(ago(null, 0), "never");
});

const chain = picture(topology(["a-1", "b-1", "c-1"], [
  planned("b-1", "a-1"), planned("c-1", "b-1"), planned("c-1", "a-1", {standby: true}), planned("a-1", "b-1"),
]), null, new Date(0), true);

test("a change is spread over primary connections, nearest first", () => {
  assert.deepEqual(outboundSteps(chain.connections.values(), "a-1"), [
    {hop: 1, source: "a-1", destination: "b-1"}, {hop: 2, source: "b-1", destination: "c-1"},
  ]);
  assert.deepEqual(inboundSteps(chain.connections.values(), "c-1"), [{hop: 1, source: "b-1", destination: "c-1"}]);
});

test("a pull that broke off in one naming context has failed, and says where", () => {
  const part = {objects: 1, values: 2, bytes: 3, pages: 1, milliseconds: 4};
  const ended = outcome({source: "a-1", destination: "b-1", pulls: [
    {...part, naming_context: "dc=a", error: ""}, {...part, naming_context: "dc=b", error: "refused"}]});
  assert.deepEqual(ended, {progress: "failed", error: "dc=b: refused",
    counts: {objects: 2, values: 4, bytes: 6, pages: 2, milliseconds: 8}});
});

test("each role may what the one below it may", () => {
  assert.equal(may("reader", "operator"), false);
  assert.equal(may("operator", "operator"), true);
  assert.equal(may("admin", "operator"), true);
});

test("the calculator's reason is a sentence", () => {
  const [tree] = chain.connections.values();
  assert.match(reason({...tree!, planned: planned("b-1", "a-1", {path: ["a-x", "x-b"]})}), /over a-x, then x-b, at cost 100\.$/);
  assert.match(reason({...tree!, planned: planned("a-2", "a-1", {rule: "ring"})}), /neighbours on the ring/);
  assert.match(reason({...tree!, planned: null}), /present plan does not have/);
});

test("a pasted link is as good as its code", () => {
  assert.equal(codeOf(" abc "), "abc");
  assert.equal(codeOf("http://127.0.0.1:8001/#code=a%2Bb"), "a+b");
});

test("what a silent controller did is a dash, what another one never did is said", () => {
  assert.equal(moment(null, true, 0), "–");
  assert.equal(moment(null, false, 0), "never");
  assert.equal(moment("1970-01-01T00:00:00.000Z", true, 5000), "5 s ago");
});

test("nothing is forced over what stands by or is paused", () => {
  const plan = topology(["oslo-1", "nuuk-1", "rome-1"],
    [planned("nuuk-1", "oslo-1"), planned("rome-1", "oslo-1"), planned("rome-1", "nuuk-1", {standby: true})]);
  const pause = {by: "alice", since: "2024-01-01T09:30:00.000Z"};
  const heard = status(
    [controller("oslo-1"), controller("nuuk-1", {paused: {inbound: pause, outbound: null}}), controller("rome-1")], []);
  const connections = [...picture(plan, heard, new Date(0), true).connections.values()];
  assert.deepEqual(inboundSteps(connections, "nuuk-1"), []);
  assert.deepEqual(outboundSteps(connections, "oslo-1"), [{hop: 1, source: "oslo-1", destination: "rome-1"}]);
});

test("a pause says who has stopped what, and since when", () => {
  const noon = Date.parse("2024-01-01T12:00:00Z");
  const stop = {controller: "nuuk-1", by: "alice", since: "2024-01-01T09:30:00.000Z"};
  assert.equal(stopped({...stop, direction: "inbound"}, noon),
    "nuuk-1 pulls from nobody: paused by alice since 2024-01-01 09:30:00 UTC, 2 h ago.");
  assert.equal(stopped({...stop, direction: "outbound"}, noon),
    "Nobody pulls from nuuk-1: paused by alice since 2024-01-01 09:30:00 UTC, 2 h ago.");
});
