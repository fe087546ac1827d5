import assert from "node:assert/strict";
import {test} from "node:test";
import type {Certificate, Explanation} from "../src/documents";
import {pathWords, routeWords, ruleWords, runnerUpWords, withoutWords} from "../src/explanation";
import {byTraffic, costWords, delayWords, hopsAfterLoss, listed, remedyWords, survival, weekMoment} from "../src/worth";
import {planned} from "./worlds";

const certificate = (change: Partial<Certificate> = {}): Certificate => ({
  losses: 12, cuts: [], hops_after_loss: null, delay: {worst: "0ms", from: null, to: null}, standby_cost: 0, crossing_overhead: 0, traffic: [], ...change,
});

test("what is survived, and what would mend the rest", () => {
  assert.equal(survival(certificate()), "any one loss: all 12 controllers, links and sites were tried");
  const cut = {loss: {kind: "link" as const, name: "a-b"}, apart: ["b-1"], remedy: {kind: "second_link" as const, sites: ["a", "b"]}};
  assert.equal(survival(certificate({cuts: [cut]})), "11 of 12 losses of one controller, link or site");
  assert.equal(survival(certificate({losses: null})), "too large a forest to try them all");
  assert.equal(remedyWords(cut.remedy), "a link between a and b");
  assert.equal(remedyWords({kind: "second_controller", sites: ["b"]}), "a second writable controller in b");
});

test("the worst after a loss names both ends and the loss", () => {
  assert.equal(hopsAfterLoss(certificate({hops_after_loss: {worst: 3, from: "a-1", to: "b-1", loss: {kind: "site", name: "c"}}})),
    "3 hops, a-1 to b-1 without site c");
  assert.equal(hopsAfterLoss(certificate()), "–");
  assert.equal(hopsAfterLoss(certificate({losses: null})), "too large a forest to try them all");
});

test("the delay says when the unluckiest change is made", () => {
  assert.equal(delayWords(certificate()), "none; every link is open and announces changes");
  assert.equal(delayWords(certificate({delay: null})), "too large a forest to try every quarter-hour");
  assert.equal(delayWords(certificate({delay: {worst: "12h", from: "a-1", to: "b-1", at: "1095m"}})),
    "12h at worst, a-1 to b-1, made on Sunday 18:15 UTC");
  assert.equal(weekMoment("6d"), "Saturday 00:00 UTC");
  assert.equal(weekMoment("30h"), "Monday 06:00 UTC");
});

test("cost is beside the least", () => {
  const context = {dn: "cn=configuration,dc=corp", replicas: 6, connections: 10, standby: 2, hops: null, unreached: 0,
    cost: 250, least_cost: 250, full_mesh: 30, islands: []};
  assert.equal(costWords([context]), "the least that joins the sites, in every naming context");
  assert.equal(costWords([context, {...context, cost: 300}]), "configuration: 300, 50 above the least");
});

test("the busiest link stands first, and long lists are cut", () => {
  const traffic = [{link: "b", planned: 1, full_mesh: 2}, {link: "a-10", planned: 3, full_mesh: 9}, {link: "a-2", planned: 3, full_mesh: 8}];
  assert.deepEqual(byTraffic(certificate({traffic})).map((row) => row.link), ["a-2", "a-10", "b"]);
  assert.equal(listed(["a", "b"]), "a, b");
  assert.equal(listed(["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
});

const why = (change: Partial<Explanation> = {}): Explanation => ({
  destination: "b-1", source: "a-1", connections: [planned("b-1", "a-1", {path: ["a-b"]})], naming_contexts: ["dc=corp,dc=example"],
  direct: null, route: [], runner_up: null, cut_off: [], cut_off_for_good: [], ...change,
});

test("every rule is a sentence, and a path has its costs", () => {
  for (const rule of ["ring", "mesh", "site_tree", "second_tree", "mending"] as const) {
    assert.match(ruleWords(planned("b-1", "a-1", {rule})), / /);
  }
  const links = [{name: "a-c", sites: ["a", "c"], cost: 40}, {sites: ["c", "b"]}];
  assert.equal(pathWords(["a-c", "c-b"], 140, links), "a-c (40), then c-b (100); together 140");
  assert.equal(pathWords(["a-c"], 40, links), "a-c (40)");
  assert.equal(pathWords([], 0, links), "inside the site, at no cost");
});

test("the runner-up is of the tree alone, with what it costs more", () => {
  assert.equal(runnerUpWords(why()), "none: no other way joins these parts of the forest");
  assert.equal(runnerUpWords(why({runner_up: {from: "a", to: "b", cost: 130, links: ["a-c", "c-b"]}})),
    "a to b over a-c, then c-b, cost 130: 30 more");
  assert.equal(runnerUpWords(why({connections: [planned("b-1", "a-1", {rule: "ring"})]})), null);
});

test("what breaks without it: nobody, someone until a standby wakes, someone for good", () => {
  assert.match(withoutWords(why())!, /^nobody is cut off/);
  assert.match(withoutWords(why({cut_off: ["b-1"]}))!, /^nothing comes to b-1 until a standby wakes/);
  assert.equal(withoutWords(why({cut_off: ["b-1"], cut_off_for_good: ["b-1"]})), "nothing comes to b-1, standbys or not");
  assert.equal(withoutWords(why({connections: [planned("b-1", "a-1", {standby: true})]})), null);
});

test("where there is no connection the way of changes is told", () => {
  assert.equal(routeWords(why({connections: [], route: [planned("c-1", "a-1", {cost: 40}), planned("b-1", "c-1", {cost: 60})],
    direct: {from: "a", to: "b", cost: 130, links: ["a-b"]}})),
  "Changes come by a-1 → c-1 → b-1: 2 hops, cost 100. One more, over a-b, would cost 130 and bring nothing new.");
  assert.match(routeWords(why({connections: []})), /do not come at all/);
  assert.match(routeWords(why({connections: [], naming_contexts: []})), /holds nothing/);
});
