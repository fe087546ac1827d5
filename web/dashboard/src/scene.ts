// What stands where on the screen at one zoom: markers, strokes, and what lies under the pointer.

import type {Layout, Point} from "./layout";
import {severity, worst, type State} from "./health";
import type {Change, Connection, Picture} from "./picture";
import {bent, distance, linksByName, siteRoute, trimmed} from "./route";

export interface View {
  x: number;
  y: number;
  k: number;
}

export interface Marker {
  kind: "site" | "controller";
  name: string;
  at: Point;
  radius: number;
  state: State;
  /** A proposal would cut it, or someone in it, off. */
  cutOff: boolean;
}

export interface Place {
  name: string;
  at: Point;
  state: State;
  /** Round all of the site's markers. */
  radius: number;
  /** Without coordinates: its place means nothing. */
  placed: boolean;
  controllers: number;
  /** How many of them a proposal would cut off. */
  cutOff: number;
}

export interface Stroke {
  connections: Connection[];
  state: State;
  standby: boolean;
  line: Point[];
  /** Of all its connections; null: they stay as they are. */
  change: Change | null;
}

export interface Scene {
  places: Place[];
  markers: Marker[];
  strokes: Stroke[];
  links: [Point, Point][];
  /** It shows what would become of the plan, not how the forest is. */
  proposal: boolean;
  /** Room enough to draw each controller. */
  detailed: boolean;
  /** How large things are drawn: less than 1 where sites crowd. */
  scale: number;
}

export type Target = {kind: "site" | "controller" | "connection"; name: string} | null;

const ROOM = 84; // pixels between neighbours from which on controllers are drawn one by one
const CROWD = 50; // and below which all becomes smaller
const SITE_RADIUS = 9;
/** Added and removed connections of one pair of sites may not lie upon each other. */
const BENDS: Record<Change, number> = {added: 0.14, removed: 0.05, becomes_primary: 0.09, becomes_standby: 0.09, changed: 0.09};
const CONTROLLER_RADIUS = 8;

export function buildScene(picture: Picture, layout: Layout, view: View): Scene {
  const detailed = layout.spacing * view.k > ROOM;
  const scale = Math.min(1, Math.max(0.66, (layout.spacing * view.k) / CROWD));
  const places = new Map<string, Place>();
  const markers = new Map<string, Marker>();
  for (const site of picture.sites.values()) {
    const base = layout.positions.get(site.name);
    if (!base) continue;
    const at: Point = [base[0] * view.k + view.x, base[1] * view.k + view.y];
    const count = site.controllers.length;
    const cutOff = site.controllers.filter((one) => picture.proposal?.cutOff.has(one.name)).length;
    const ring = count < 2 ? 0 : Math.max(17, (count * 22) / (2 * Math.PI));
    places.set(site.name, {
      name: site.name, at, state: site.state, placed: layout.placed.has(site.name), controllers: count, cutOff,
      radius: detailed && count > 0 ? ring + CONTROLLER_RADIUS + 6 : SITE_RADIUS * scale,
    });
    if (!detailed) continue;
    site.controllers.forEach((controller, index) => {
      const angle = -Math.PI / 2 + (2 * Math.PI * index) / count + (count === 2 ? Math.PI / 2 : 0);
      markers.set(controller.name, {
        kind: "controller", name: controller.name, state: controller.state, radius: CONTROLLER_RADIUS,
        cutOff: picture.proposal?.cutOff.has(controller.name) ?? false,
        at: [at[0] + ring * Math.cos(angle), at[1] + ring * Math.sin(angle)],
      });
    });
  }
  return {
    places: [...places.values()],
    markers: detailed ? [...markers.values()] : [...places.values()].map(
      (place): Marker => ({kind: "site", name: place.name, at: place.at, radius: place.radius, state: place.state, cutOff: place.cutOff > 0})),
    strokes: buildStrokes(picture, places, markers, detailed, scale),
    links: linkLines(picture, places),
    proposal: picture.proposal !== undefined,
    detailed,
    scale,
  };
}

/** Without room, all connections of a pair of sites in one direction are one stroke. */
function buildStrokes(
  picture: Picture, places: Map<string, Place>, markers: Map<string, Marker>, detailed: boolean,
  scale: number,
): Stroke[] {
  const byName = linksByName(picture.links);
  const groups = new Map<string, Connection[]>();
  for (const connection of picture.connections.values()) {
    if (!detailed && connection.sourceSite === connection.destinationSite) continue;
    const key = detailed ? connection.key
      : JSON.stringify([connection.sourceSite, connection.destinationSite, connection.change ?? ""]);
    groups.set(key, [...(groups.get(key) ?? []), connection]);
  }
  const strokes: Stroke[] = [];
  for (const connections of groups.values()) {
    const first = connections[0]!;
    const stops = siteRoute(first, byName).map((name) => places.get(name)?.at);
    if (stops.some((stop) => stop === undefined)) continue;
    const line = [...(stops as Point[])];
    const inside = first.sourceSite === first.destinationSite;
    if (detailed) {
      line[0] = markers.get(first.source)?.at ?? line[0]!;
      line[line.length - 1] = markers.get(first.destination)?.at ?? line[line.length - 1]!;
    }
    const gap = detailed ? CONTROLLER_RADIUS + 2 : SITE_RADIUS * scale + 2;
    strokes.push({
      connections,
      state: worst(connections.map((connection) => connection.state)),
      standby: connections.every((connection) => connection.standby && !connection.awake),
      line: trimmed(bent(line, inside ? 0.3 : BENDS[first.change ?? "changed"]), gap, gap + 1),
      change: first.change ?? null,
    });
  }
  // Trouble is drawn on top, and what changes.
  const rank = (stroke: Stroke) => (stroke.change === null ? 0 : 100) + severity(stroke.state);
  return strokes.sort((a, b) => rank(a) - rank(b));
}

function linkLines(picture: Picture, places: Map<string, Place>): [Point, Point][] {
  return picture.links.flatMap((link) => {
    const [first, ...others] = link.sites.map((name) => places.get(name)?.at).filter((at) => at !== undefined);
    return first === undefined ? [] : others.map((other): [Point, Point] => [first, other]);
  });
}

/** Markers before strokes, strokes before the ground of a site. */
export function under(scene: Scene, at: Point): Target {
  const far = (point: Point) => Math.hypot(point[0] - at[0], point[1] - at[1]);
  const marker = nearest(scene.markers, (candidate) => far(candidate.at) - candidate.radius, 4);
  if (marker) return {kind: marker.kind, name: marker.name};
  const stroke = nearest(scene.strokes, (candidate) => distance(candidate.line, at), 7);
  if (stroke) {
    const shown = [...stroke.connections].sort((a, b) => severity(b.state) - severity(a.state));
    return {kind: "connection", name: shown[0]!.key};
  }
  const place = nearest(scene.places, (candidate) => far(candidate.at) - candidate.radius, 3);
  return place ? {kind: "site", name: place.name} : null;
}

function nearest<T>(all: T[], measure: (one: T) => number, limit: number): T | null {
  let found: T | null = null;
  let least = limit;
  for (const one of all) {
    const value = measure(one);
    if (value <= least) [found, least] = [one, value];
  }
  return found;
}
