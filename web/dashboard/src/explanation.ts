// Why a connection is there, in words, as `ringspan explain` says it.

import type {Explanation, PlannedConnection, SiteLink, SiteWay} from "./documents";
import {linksByName} from "./route";
import {listed} from "./worth";
import {count, plural} from "./words";

export function ruleWords({rule, source_site: there, destination_site: here}: PlannedConnection): string {
  return {
    ring: `they are neighbours on the ring of ${here}, in the order of their GUIDs`,
    mesh: `${here} has eight controllers or more; in its mesh three hops reach everyone`,
    site_tree: `the least-cost tree joins ${there} and ${here}; both are bridgeheads of it`,
    second_tree: `a second tree joins ${there} and ${here} on other links or bridgeheads than the first, for the day that something of it fails`,
    mending: "a single loss would tear both trees at one place; this joins what it would tear",
  }[rule];
}

/** Each link with its cost, and the sum. */
export function pathWords(path: string[], cost: number, links: SiteLink[]): string {
  if (path.length === 0) return "inside the site, at no cost";
  const byName = linksByName(links);
  const priced = path.map((name) => {
    const link = byName.get(name);
    return link ? `${name} (${count(link.cost ?? 100)})` : name;
  });
  return path.length === 1 ? `${priced[0]!}` : `${priced.join(", then ")}; together ${count(cost)}`;
}

const wayWords = ({from, to, links}: SiteWay): string => `${from} to ${to} over ${links.join(", then ")}`;

/** Of the primary connection alone; null where the rule knows no second. */
export function runnerUpWords({runner_up: next, connections}: Explanation): string | null {
  const primary = connections.find((one) => !one.standby);
  if (primary?.rule !== "site_tree") return null;
  if (next === null) return "none: no other way joins these parts of the forest";
  return `${wayWords(next)}, cost ${count(next.cost)}: ${count(Math.max(0, next.cost - primary.cost))} more`;
}

export function withoutWords({connections, cut_off, cut_off_for_good}: Explanation): string | null {
  if (!connections.some((one) => !one.standby)) return null;
  if (cut_off.length === 0) return "nobody is cut off: other connections bring the same, later";
  if (cut_off_for_good.length === 0) return `nothing comes to ${listed(cut_off)} until a standby wakes; then nobody is cut off`;
  return `nothing comes to ${listed(cut_off_for_good)}, standbys or not`;
}

/** How changes come where the plan has no connection. */
export function routeWords({naming_contexts, direct, route, source, destination}: Explanation): string {
  if (naming_contexts.length === 0) return `${source} holds nothing that ${destination} may take from it.`;
  if (route.length === 0) return "Changes do not come at all: no legal way joins them.";
  const stations = [source, ...route.map((hop) => hop.destination)].join(" → ");
  const cost = route.reduce((sum, hop) => sum + hop.cost, 0);
  const one = direct === null ? "" : ` One more, over ${direct.links.join(", then ")}, would cost ${count(direct.cost)} and bring nothing new.`;
  return `Changes come by ${stations}: ${plural(route.length, "hop")}, cost ${count(cost)}.${one}`;
}
