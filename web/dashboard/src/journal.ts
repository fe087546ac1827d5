// The conflict journal as people read it: which entries, and in what words.

import type {Conflict, ConflictKind, Missing, Write} from "./documents";
import {instant, plural} from "./words";

export const KINDS: Record<ConflictKind, string> = {
  attribute: "same attribute written twice",
  link: "link added and removed",
  name: "two objects of one name",
  orphan: "parent was deleted",
  cycle: "moved below itself",
  deletion: "written while deleted",
  divergence: "one write, two values: repaired",
};

/** Hours back; the page offers no others. */
export const SPANS: readonly [hours: number, words: string][] =
  [[1, "the last hour"], [24, "the last day"], [24 * 7, "the last week"]];

/** What a person chose; empty: all. */
export interface Filter {
  kind: ConflictKind | "";
  attribute: string;
  object: string;
  /** Between which two sites; both or neither. */
  sites: [string, string];
  hours: number;
}

export const EVERYTHING: Filter = {kind: "", attribute: "", object: "", sites: ["", ""], hours: 0};

/** The filter as the route takes it; `now` in milliseconds by the server's clock. */
export function query(filter: Filter, now: number): string {
  const words = new URLSearchParams();
  if (filter.kind !== "") words.set("kind", filter.kind);
  if (filter.attribute.trim() !== "") words.set("attribute", filter.attribute.trim());
  if (filter.object.trim() !== "") words.set("object", filter.object.trim());
  if (filter.sites.every((site) => site !== "")) words.set("sites", filter.sites.join(","));
  if (filter.hours > 0) words.set("since", new Date(now - filter.hours * 3_600_000).toISOString());
  const text = words.toString();
  return text === "" ? "" : `?${text}`;
}

export const writer = (write: Write): string =>
  `${write.originator}${write.site === null ? "" : ` in ${write.site}`}, version ${write.version}, ${instant(write.time)}`;

/** Whose journals are not among what is shown. */
export const absent = (missing: Missing[]): string =>
  missing.map(({controller, error}) => `The journal of ${controller} is missing: ${error}`).join(" ");

/** Where it was noticed, the first of them first. */
export const noticed = (conflict: Conflict): string =>
  conflict.noticed_at.map(({controller, time}) => `${controller} ${instant(time)}`).join("; ");

export const counted = (entries: number, truncated: boolean): string =>
  truncated ? `the last ${plural(entries, "entry", "entries")}` : plural(entries, "entry", "entries");
