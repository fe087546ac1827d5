// Numbers and times as people read them. The words are those of `ringspan status`.

import type {Stop} from "./picture";

const NUMBER = new Intl.NumberFormat("en-US");

/** A number nobody could be asked for is a dash, never a zero. */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : NUMBER.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value < 1000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1000).toFixed(1)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 120 * 60) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86400)} d`;
}

/** `now` in milliseconds by the server's clock: browsers' clocks are wrong. */
export const ago = (time: string | null, now: number): string =>
  time === null ? "never" : `${duration((now - Date.parse(time)) / 1000)} ago`;

/** When something was at a controller that may be `silent`: then nobody knows whether it ever was. */
export const moment = (time: string | null, silent: boolean, now: number): string =>
  time === null && silent ? "–" : ago(time, now);

/** How far a destination is behind, in the fewest words. */
export function behind(changes: number | null, seconds: number | null): string {
  if (changes === null) return "–";
  if (changes === 0) return "0";
  return plural(changes, "change") + (seconds === null ? "" : `, ${duration(seconds)}`);
}

/** Who has stopped which direction, and since when. */
export const stopped = ({controller, direction, by, since}: Stop, now: number): string =>
  `${direction === "inbound" ? `${controller} pulls from nobody` : `Nobody pulls from ${controller}`}: ` +
  `paused by ${by} since ${instant(since)}, ${ago(since, now)}.`;

/** The naming context as one says it: its first part, and the whole as a title elsewhere. */
export function shortContext(dn: string): string {
  const lower = dn.toLowerCase();
  if (lower.startsWith("cn=schema,")) return "schema";
  if (lower.startsWith("cn=configuration,")) return "configuration";
  return dn;
}

export const instant = (time: string): string => time.replace("T", " ").replace(/\.\d+Z$/, " UTC");
