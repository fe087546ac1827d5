// What a plan is worth, in words: its certificate, as `ringspan plan` says it.

import type {Certificate, Cut, Loss, PlannedContext} from "./documents";
import {count, plural, shortContext} from "./words";

const TOO_LARGE = "too large a forest to try them all";

export const lossWords = ({kind, name}: Loss): string => `${kind} ${name}`;

export const remedyWords = ({kind, sites}: Cut["remedy"]): string =>
  kind === "second_controller"
    ? `a second writable controller in ${sites[0] ?? ""}` : `a link between ${sites[0] ?? ""} and ${sites[1] ?? ""}`;

const MOST_NAMES = 5;

export const listed = (names: string[]): string =>
  names.length <= MOST_NAMES ? names.join(", ") : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;

export function survival({losses, cuts}: Certificate): string {
  if (losses === null) return TOO_LARGE;
  if (cuts.length === 0) return `any one loss: all ${count(losses)} controllers, links and sites were tried`;
  return `${count(losses - cuts.length)} of ${count(losses)} losses of one controller, link or site`;
}

export function hopsAfterLoss({hops_after_loss: hops, losses}: Certificate): string {
  if (hops === null) return losses === null ? TOO_LARGE : "–";
  return `${plural(hops.worst, "hop")}, ${hops.from} to ${hops.to} without ${lossWords(hops.loss)}`;
}

/** Of each naming context whose tree costs more than it must; the bridgeheads' choice can be the reason. */
export function costWords(contexts: PlannedContext[]): string {
  const dearer = contexts.filter((one) => one.cost > one.least_cost);
  if (dearer.length === 0) return "the least that joins the sites, in every naming context";
  return dearer.map((one) => `${shortContext(one.dn)}: ${count(one.cost)}, ${count(one.cost - one.least_cost)} above the least`).join("; ");
}

const UNITS: Record<string, number> = {ms: 1 / 60_000, s: 1 / 60, m: 1, h: 60, d: 1440};
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** "Sunday 18:15 UTC" of "1095m" since Sunday 00:00. */
export function weekMoment(sinceSunday: string): string {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(sinceSunday) ?? [];
  const minutes = Math.floor(Number(number ?? 0) * (UNITS[unit ?? "m"] ?? 1));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${DAYS[Math.floor(minutes / 1440) % 7]!} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)} UTC`;
}

export function delayWords({delay}: Certificate): string {
  if (delay === null) return "too large a forest to try every quarter-hour";
  if (delay.from === null || delay.to === null) return "none; every link is open and announces changes";
  return `${delay.worst} at worst, ${delay.from} to ${delay.to}${delay.at === undefined ? "" : `, made on ${weekMoment(delay.at)}`}`;
}

/** The busiest first. */
export const byTraffic = (certificate: Certificate): Certificate["traffic"] =>
  [...certificate.traffic].sort((a, b) => b.planned - a.planned || a.link.localeCompare(b.link, "en", {numeric: true}));
