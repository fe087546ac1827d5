import assert from "node:assert/strict";
import {test} from "node:test";
import type {Write} from "../src/documents";
import {absent, counted, EVERYTHING, noticed, query, writer} from "../src/journal";

const NOON = Date.parse("2024-01-02T12:00:00Z");

const write = (change: Partial<Write> = {}): Write => ({
  values: ["B"], version: 2, time: "2024-01-01T12:00:00.000Z", originator: "nuuk-1", usn: 9, site: "nuuk", ...change,
});

test("without a filter nothing is said", () => assert.equal(query(EVERYTHING, NOON), ""));

test("a filter becomes the route's parameters", () => {
  assert.equal(query({kind: "link", attribute: " member ", object: "cn=a,ou=b", sites: ["nuuk", "oslo"], hours: 24}, NOON),
    "?kind=link&attribute=member&object=cn%3Da%2Cou%3Db&sites=nuuk%2Coslo&since=2024-01-01T12%3A00%3A00.000Z");
});

test("one site alone is no pair", () => assert.equal(query({...EVERYTHING, sites: ["oslo", ""]}, NOON), ""));

test("a writer is a controller, its site where it is known, and the time", () => {
  assert.equal(writer(write()), "nuuk-1 in nuuk, version 2, 2024-01-01 12:00:00 UTC");
  assert.equal(writer(write({site: null})), "nuuk-1, version 2, 2024-01-01 12:00:00 UTC");
});

test("a journal that could not be read is named with the reason", () => {
  assert.equal(absent([{controller: "nuuk-1", error: "connection refused"}]),
    "The journal of nuuk-1 is missing: connection refused");
  assert.equal(absent([]), "");
});

test("who noticed it stands in their order, and a cut list says so", () => {
  assert.equal(noticed({
    id: "3f2a90c1d4e5", kind: "attribute", object: "", dn: "", attribute: "title", lost: write(), kept: write(), noticed: "",
    noticed_at: [{controller: "oslo-1", time: "2024-01-01T12:00:00.000Z"}, {controller: "nuuk-1", time: "2024-01-01T12:00:01.000Z"}],
  }), "oslo-1 2024-01-01 12:00:00 UTC; nuuk-1 2024-01-01 12:00:01 UTC");
  assert.equal(counted(1, false), "1 entry");
  assert.equal(counted(1000, true), "the last 1,000 entries");
});
