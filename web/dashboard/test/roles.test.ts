import assert from "node:assert/strict";
import {test} from "node:test";
import type {RoleStatus} from "../src/documents";
import {opinions} from "../src/roles";

const rid: RoleStatus = {
  role: "rid", naming_context: "dc=corp", owner: "nuuk-1", epoch: {counter: 2, owner: "b"}, gained: "seize",
  since: "2024-01-01T00:00:00.000Z", former: "oslo-1", state: "effective", effective: true, started: null,
  opinions: [{controller: "oslo-1", owner: "oslo-1", epoch: {counter: 1, owner: "a"}, acts: true}],
};

test("who takes another for the owner is named, and whether it acts", () => {
  assert.deepEqual(opinions(rid), ["oslo-1 takes oslo-1 for its owner (epoch 1) and acts as such"]);
  assert.deepEqual(opinions({...rid, opinions: []}), []);
});
