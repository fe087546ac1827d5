// Where the sites lie before anybody zooms: on the map where they have coordinates, beside their
// neighbours where they have none, and as a graph where none has.

import {forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY} from "d3-force";
import type {SimulationLinkDatum, SimulationNodeDatum} from "d3-force";
import {geoAzimuthalEqualArea, geoCentroid, geoDistance, geoNaturalEarth1} from "d3-geo";
import type {GeoProjection} from "d3-geo";
import type {Site, SiteLink} from "./documents";

export type Point = [number, number];

export interface Layout {
  positions: Map<string, Point>;
  /** Sites whose place says nothing about where they are. */
  placed: Set<string>;
  /** Null: a graph without a map. */
  projection: GeoProjection | null;
  /** The usual distance of a site to its nearest neighbour, which says when there is room. */
  spacing: number;
}

interface Node extends SimulationNodeDatum {
  name: string;
}

const REGION = 1.0; // radians around the middle that one round picture shows without distortion
const NARROWEST = 0.12; // radians across: closer than this the coarse map says nothing
const MARGIN = 80;
const LEGEND = 50; // and what the legend and a label take below

export function layout(sites: Site[], links: SiteLink[], width: number, height: number): Layout {
  const located = sites.filter((site) => site.coordinates !== undefined);
  const projection = located.length > 0 ? project(located, width, height) : null;
  const positions = new Map<string, Point>();
  for (const site of located) {
    const at = projection?.(lonLat(site));
    if (at) positions.set(site.name, at);
  }
  const placed = new Set(sites.filter((site) => !positions.has(site.name)).map((site) => site.name));
  if (placed.size > 0) place(sites, links, positions, width, height);
  return {positions, placed, projection, spacing: usualSpacing([...positions.values()])};
}

const lonLat = (site: Site): Point => [site.coordinates!.longitude, site.coordinates!.latitude];

function project(sites: Site[], width: number, height: number): GeoProjection {
  const points = {type: "MultiPoint" as const, coordinates: sites.map(lonLat)};
  const middle = geoCentroid(points);
  const [longitude, latitude] = Number.isFinite(middle[0]) ? middle : [0, 0];
  const reach = Math.max(...sites.map((site) => geoDistance([longitude, latitude], lonLat(site))));
  const projection = reach < REGION
    ? geoAzimuthalEqualArea().rotate([-longitude, -latitude]).clipAngle(89)
    : geoNaturalEarth1().rotate([-longitude, 0]);
  const margin = Math.min(MARGIN, width / 5, height / 5);
  projection.fitExtent([[margin, margin], [width - margin, height - margin - Math.min(LEGEND, height / 8)]], points);
  const most = Math.min(width, height) / NARROWEST;
  if (!(projection.scale() < most)) { // one site, or several in one town
    projection.scale(most / 4).translate([0, 0]);
    const [x, y] = projection([longitude, latitude]) ?? [0, 0];
    projection.translate([width / 2 - x, height / 2 - y]);
  }
  return projection;
}

/** Fills in the missing positions. The same input gives the same picture: d3's numbers are seeded. */
function place(sites: Site[], links: SiteLink[], positions: Map<string, Point>, width: number, height: number): void {
  const free = positions.size === 0;
  const nodes = sites.map((site): Node => {
    const at = positions.get(site.name);
    return at ? {name: site.name, fx: at[0], fy: at[1]} : {name: site.name, ...nearNeighbours(site, links, positions)};
  });
  const known = new Set(sites.map((site) => site.name));
  const edges: SimulationLinkDatum<Node>[] = links.flatMap((link) => {
    const [first, ...others] = link.sites.filter((name) => known.has(name));
    return first === undefined ? [] : others.map((other) => ({source: first, target: other}));
  });
  const simulation = forceSimulation(nodes)
    .force("link", forceLink<Node, SimulationLinkDatum<Node>>(edges).id((node) => node.name).distance(110))
    .force("apart", forceManyBody<Node>().strength(free ? -500 : -120))
    .force("room", forceCollide<Node>(46))
    .stop();
  if (free) simulation.force("x", forceX<Node>().strength(0.04)).force("y", forceY<Node>().strength(0.06));
  simulation.tick(nodes.length > 500 ? 120 : 300);
  const fit = free ? fitted(nodes, width, height) : (x: number, y: number): Point =>
    [clamp(x, 40, width - 40), clamp(y, 40, height - 40)];
  for (const node of nodes) {
    if (!positions.has(node.name)) positions.set(node.name, fit(node.x ?? 0, node.y ?? 0));
  }
}

/** Nothing: d3 then lays it on its spiral. */
function nearNeighbours(site: Site, links: SiteLink[], positions: Map<string, Point>): {x?: number; y?: number} {
  const near = links.filter((link) => link.sites.includes(site.name))
    .flatMap((link) => link.sites).map((name) => positions.get(name)).filter((at) => at !== undefined);
  if (near.length === 0) return {};
  return {
    x: near.reduce((sum, at) => sum + at[0], 0) / near.length + 60,
    y: near.reduce((sum, at) => sum + at[1], 0) / near.length + 60,
  };
}

function fitted(nodes: Node[], width: number, height: number): (x: number, y: number) => Point {
  const xs = nodes.map((node) => node.x ?? 0);
  const ys = nodes.map((node) => node.y ?? 0);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = Math.min(MARGIN, width / 5, height / 5);
  const scale = Math.min(1.6, (width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (bottom - top || 1));
  return (x, y) => [
    width / 2 + (x - (left + right) / 2) * scale,
    height / 2 + (y - (top + bottom) / 2) * scale,
  ];
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), Math.max(low, high));

function usualSpacing(points: Point[]): number {
  if (points.length < 2) return Infinity;
  const nearest = points.map((a) => Math.min(
    ...points.map((b) => (a === b ? Infinity : Math.hypot(a[0] - b[0], a[1] - b[1])))));
  return nearest.sort((a, b) => a - b)[Math.floor(nearest.length / 4)]!;
}
