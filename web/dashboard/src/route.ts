// The line of a connection: over the sites that its site links join, bent to the right of its
// direction, so that the two directions of a pair stay apart.

import type {SiteLink} from "./documents";
import type {Point} from "./layout";
import {linkName, type Connection} from "./picture";

/** The sites passed, ends included. A path that cannot be followed is drawn straight. */
export function siteRoute(connection: Connection, links: Map<string, SiteLink>): string[] {
  const path = connection.planned?.path ?? [];
  const route = [connection.sourceSite];
  for (let at = 0; at + 1 < path.length; ++at) {
    const here = links.get(path[at]!);
    const next = links.get(path[at + 1]!);
    const shared = here?.sites.find((site) => site !== route[route.length - 1] && next?.sites.includes(site));
    if (shared === undefined) return [connection.sourceSite, connection.destinationSite];
    route.push(shared);
  }
  route.push(connection.destinationSite);
  return route;
}

export const linksByName = (links: SiteLink[]): Map<string, SiteLink> =>
  new Map(links.map((link) => [linkName(link), link]));

const SAMPLES = 14;

/** Through `stops`, each stretch bent a little. */
export function bent(stops: Point[], bend = 0.09): Point[] {
  const line: Point[] = [];
  for (let at = 0; at + 1 < stops.length; ++at) {
    const [ax, ay] = stops[at]!;
    const [bx, by] = stops[at + 1]!;
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const away = Math.min(length * bend, 22);
    const cx = (ax + bx) / 2 - ((by - ay) / length) * away * 2;
    const cy = (ay + by) / 2 + ((bx - ax) / length) * away * 2;
    for (let step = at === 0 ? 0 : 1; step <= SAMPLES; ++step) {
      const t = step / SAMPLES;
      const u = 1 - t;
      line.push([u * u * ax + 2 * u * t * cx + t * t * bx, u * u * ay + 2 * u * t * cy + t * t * by]);
    }
  }
  return line;
}

/** Without its first and last pixels, which lie under the markers. */
export function trimmed(line: Point[], start: number, end: number): Point[] {
  return cut(cut(line, start).reverse(), end).reverse();
}

function cut(line: Point[], length: number): Point[] {
  let left = length;
  for (let at = 0; at + 1 < line.length; ++at) {
    const [a, b] = [line[at]!, line[at + 1]!];
    const step = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (step > left) {
      const t = left / step;
      return [[a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t], ...line.slice(at + 1)];
    }
    left -= step;
  }
  return line.slice(-1);
}

/** How far a point is from a line. */
export function distance(line: Point[], [x, y]: Point): number {
  let nearest = Infinity;
  for (let at = 0; at + 1 < line.length; ++at) {
    const [a, b] = [line[at]!, line[at + 1]!];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const t = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1)));
    nearest = Math.min(nearest, Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy));
  }
  return nearest;
}
