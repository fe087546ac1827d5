import assert from "node:assert/strict";
import {test} from "node:test";
import {backoff} from "../src/feed";
import {contact, heard, NOTHING_HEARD, parseMessage, serverNow, SILENCE_MS} from "../src/model";
import {controller, status, topology} from "./worlds";

const message = (number: number) => ({kind: "status" as const, number, status: status([controller("oslo-1")], [])});

test("a status replaces the last one and keeps the topology", () => {
  const known = topology(["oslo-1"], []);
  const first = heard(NOTHING_HEARD, {kind: "topology", number: 1, topology: known}, 0);
  const second = heard(first, message(2), 5);
  assert.equal(second.topology, known);
  assert.equal(second.status?.controllers.length, 1);
  assert.equal(second.number, 2);
});

test("a number that goes back is believed: the server began anew", () => {
  assert.equal(heard(heard(NOTHING_HEARD, message(90), 0), message(1), 1).number, 1);
});

test("nothing is live before a word was heard", () => {
  assert.equal(contact(NOTHING_HEARD, true, 0), "waiting");
});

test("twelve seconds of silence, or a closed socket, end the trust", () => {
  const model = heard(NOTHING_HEARD, message(1), 1000);
  assert.equal(contact(model, true, 1000 + SILENCE_MS - 1), "live");
  assert.equal(contact(model, true, 1000 + SILENCE_MS), "lost");
  assert.equal(contact(model, false, 1001), "lost");
});

test("the server's clock goes on between its words", () => {
  const model = heard(NOTHING_HEARD, message(1), 1000);
  assert.equal(serverNow(model, 4000), Date.parse("2024-01-01T00:00:03.000Z"));
});

test("what is no message of the feed is passed over", () => {
  for (const text of ["", "{", "null", "[]", '{"kind":"status"}', '{"kind":"status","number":1}',
    '{"kind":"toString","number":1}', '{"kind":"later","number":1,"later":{}}']) {
    assert.equal(parseMessage(text), null, text);
  }
  assert.equal(parseMessage(JSON.stringify(message(4)))?.number, 4);
});

test("the wait doubles, is spread, and ends at fifteen seconds", () => {
  assert.equal(backoff(0, 1), 500);
  assert.equal(backoff(1, 1), 1000);
  assert.equal(backoff(1, 0), 500);
  assert.equal(backoff(500, 1), 15_000);
});
