// The present picture with what a comparison adds and takes away marked in it.

import type {Changes} from "./changes";
import type {ComparedConnection, Comparison, SiteLink} from "./documents";
import {connectionKey, linkName, type Change, type Connection, type Picture} from "./picture";
import {plural} from "./words";

/** One pair of controllers whose connection would not stay as it is. */
export interface Difference {
  key: string;
  destination: string;
  source: string;
  change: Change;
  /** What is different, in words. */
  words: string;
}

const RANK: readonly Change[] = ["removed", "added", "becomes_primary", "becomes_standby", "changed"];

export const CHANGE_LABELS: Record<Change, string> = {
  removed: "removed", added: "added", becomes_primary: "becomes primary", becomes_standby: "becomes standby",
  changed: "changed",
};

const kindOf = ({standby}: {standby: boolean}): string => (standby ? "standby" : "primary");

const described = (one: ComparedConnection): string =>
  `${kindOf(one)}${one.path.length > 0 ? ` over ${one.path.join(", ")}` : " inside the site"}, cost ${one.cost}`;

/** By pair: a connection that changes its kind is one difference, not two. Removed ones first. */
export function differences(comparison: Comparison): Difference[] {
  const {added, removed, changed} = comparison.connections;
  const found = new Map<string, Difference>();
  const note = (ends: {destination: string; source: string}, change: Change, words: string) => {
    const key = connectionKey(ends.source, ends.destination);
    found.set(key, {key, destination: ends.destination, source: ends.source, change, words});
  };
  for (const one of changed) note(one, "changed", changedWords(one.before, one.after));
  for (const one of removed) note(one, "removed", described(one));
  for (const one of added) {
    const before = found.get(connectionKey(one.source, one.destination));
    if (before?.change !== "removed") note(one, "added", described(one));
    else note(one, one.standby ? "becomes_standby" : "becomes_primary", described(one));
  }
  return [...found.values()].sort((a, b) => RANK.indexOf(a.change) - RANK.indexOf(b.change) ||
    a.destination.localeCompare(b.destination, "en", {numeric: true}) ||
    a.source.localeCompare(b.source, "en", {numeric: true}));
}

type Details = Comparison["connections"]["changed"][number]["before"];

function changedWords(before: Details, after: Details): string {
  const parts: string[] = [];
  const say = (name: string, was: string | number, is: string | number) => {
    if (was !== is) parts.push(`${name} ${was} → ${is}`);
  };
  say("path", before.path.join(", "), after.path.join(", "));
  const waysRound = (one: Details) => one.ways_round.map((way) => way.join(", ")).join(" or ");
  say("ways round a lost link", waysRound(before), waysRound(after));
  say("cost", before.cost, after.cost);
  say("rule", before.rule, after.rule);
  say("interval", before.interval, after.interval);
  say("schedule", before.schedule, after.schedule);
  if (before.naming_contexts.join(";") !== after.naming_contexts.join(";")) {
    parts.push(`carries ${plural(before.naming_contexts.length, "naming context")} → ${after.naming_contexts.length}`);
  }
  return parts.join("; ") || "how changes are announced or compressed";
}

/** Who is left but no longer reached; whoever is taken out on purpose is no alarm. */
export const unreached = (comparison: Comparison): string[] =>
  comparison.cut_off.filter((one) => one.reason === "unreached").map((one) => one.controller)
    .sort((a, b) => a.localeCompare(b, "en", {numeric: true}));

/** The answer in one sentence. */
export function verdict(comparison: Comparison): string {
  const cut = unreached(comparison);
  const counts = RANK.flatMap((change) => {
    const many = differences(comparison).filter((one) => one.change === change).length;
    return many === 0 ? [] : [`${many} ${CHANGE_LABELS[change]}`];
  });
  const moves = counts.length === 0 ? "No connection changes." : `Connections: ${counts.join(", ")}.`;
  return cut.length === 0 ? `Nobody would be cut off. ${moves}` : `${cut.join(", ")} would be cut off. ${moves}`;
}

/** Links as the server would name new ones. */
export function newLinks(links: SiteLink[], changes: Changes): SiteLink[] {
  const taken = new Set(links.map((link) => linkName(link).toLowerCase()));
  return changes.add_links.flatMap((word) => {
    const [one, other, cost] = word.split(",");
    if (one === undefined || other === undefined) return [];
    let name = `${one}-${other}`;
    for (let number = 2; taken.has(name.toLowerCase()); ++number) name = `${one}-${other}-${number}`;
    taken.add(name.toLowerCase());
    return [{name, sites: [one, other], cost: Number(cost)}];
  });
}

/** For the map: every connection of both plans, with what becomes of it. */
export function proposed(present: Picture, comparison: Comparison, changes: Changes): Picture {
  const connections = new Map([...present.connections].map(([key, one]): [string, Connection] => [key, {...one}]));
  const byKey = (all: ComparedConnection[]) => new Map(all.map((one) => [connectionKey(one.source, one.destination), one]));
  const [added, removed] = [byKey(comparison.connections.added), byKey(comparison.connections.removed)];
  for (const {key, change} of differences(comparison)) {
    const found = connections.get(key);
    if (found) {
      // A pair that has a primary and a standby loses or gains only one of them.
      const one = added.get(key);
      const stays = change === "added" || (change === "removed" && removed.get(key)?.standby !== found.standby);
      found.change = stays ? "changed" : change;
      if (change !== "removed" && one) found.standby = one.standby;
      continue;
    }
    const one = added.get(key);
    if (one) connections.set(key, newConnection(present, one));
  }
  return {
    ...present, connections, links: [...present.links, ...newLinks(present.links, changes)],
    proposal: {cutOff: new Set(unreached(comparison))},
  };
}

function newConnection(present: Picture, one: ComparedConnection): Connection {
  const sourceSite = present.controllers.get(one.source)?.site ?? "";
  const destinationSite = present.controllers.get(one.destination)?.site ?? "";
  return {
    key: connectionKey(one.source, one.destination), source: one.source, sourceSite, destination: one.destination,
    destinationSite, standby: one.standby, awake: false, state: "unknown", change: "added",
    planned: {...one, source_site: sourceSite, destination_site: destinationSite},
    pulls: [], behindChanges: null, behindSeconds: null, stops: [],
  };
}
