// What is drawn and listed: sites, controllers and connections with one state each.

import type {
  Controller, ControllerStatus, PlannedConnection, PullStatus, Site, SiteLink, Status, Topology,
} from "./documents";
import {severity, worst, type State} from "./health";
import {isOpen} from "./schedule";

/** That somebody has stopped one controller in one direction. */
export interface Stop {
  controller: string;
  direction: "inbound" | "outbound";
  by: string;
  since: string;
}

/** What becomes of a connection when another plan takes the place of the present one. */
export type Change = "added" | "removed" | "becomes_primary" | "becomes_standby" | "changed";

export interface Connection {
  key: string;
  source: string;
  sourceSite: string;
  destination: string;
  destinationSite: string;
  standby: boolean;
  /** A standby that carries values now. */
  awake: boolean;
  state: State;
  /** Null: it is used, but the present plan does not have it. */
  planned: PlannedConnection | null;
  /** One for each naming context. */
  pulls: PullStatus[];
  behindChanges: number | null;
  behindSeconds: number | null;
  /** Of its puller or its source, where that keeps values from crossing. */
  stops: Stop[];
  /** In a proposal alone; left out: it stays as it is. */
  change?: Change;
}

export interface ControllerView {
  name: string;
  site: string;
  state: State;
  status: ControllerStatus | null;
  defined: Controller | null;
  inbound: Connection[];
  outbound: Connection[];
  stops: Stop[];
}

export interface SiteView {
  name: string;
  state: State;
  defined: Site | null;
  controllers: ControllerView[];
  links: SiteLink[];
}

export interface Picture {
  sites: Map<string, SiteView>;
  controllers: Map<string, ControllerView>;
  connections: Map<string, Connection>;
  links: SiteLink[];
  /** The picture is of a plan beside the present one, and of what becomes of each connection. */
  proposal?: {cutOff: Set<string>};
}

export const connectionKey = (source: string, destination: string): string =>
  JSON.stringify([source, destination]);

/** If left out: the sites in this order, joined by hyphens. */
export const linkName = (link: SiteLink): string => link.name ?? link.sites.join("-");

/** `fresh` is false when the server is silent: then nothing is known, whatever was heard last. */
export function picture(
  topology: Topology | null, status: Status | null, now: Date, fresh: boolean,
): Picture {
  const connections = joinConnections(topology, status, now);
  const controllers = new Map<string, ControllerView>();
  for (const defined of topology?.forest.controllers ?? []) {
    controllers.set(defined.name, emptyController(defined.name, defined.site, defined));
  }
  for (const line of status?.controllers ?? []) {
    const view = controllers.get(line.name) ?? emptyController(line.name, line.site, null);
    view.status = line;
    view.stops = stopsOf(line);
    controllers.set(line.name, view);
  }
  for (const connection of connections.values()) {
    const destination = controllers.get(connection.destination);
    const source = controllers.get(connection.source);
    destination?.inbound.push(connection);
    source?.outbound.push(connection);
    connection.stops = [
      ...(destination?.stops ?? []).filter((stop) => stop.direction === "inbound"),
      ...(source?.stops ?? []).filter((stop) => stop.direction === "outbound"),
    ];
  }
  for (const view of controllers.values()) {
    view.state = controllerState(view);
    // A connection to one that nobody has installed yet is no trouble.
    if (view.state === "not_joined") {
      for (const edge of [...view.inbound, ...view.outbound]) edge.state = "not_joined";
    }
  }
  const sites = joinSites(topology, controllers);
  if (!fresh) {
    for (const all of [sites, controllers, connections]) {
      for (const view of all.values()) view.state = "unknown";
    }
  }
  return {sites, controllers, connections, links: topology?.forest.links ?? []};
}

const emptyController = (name: string, site: string, defined: Controller | null): ControllerView => ({
  name, site, state: "unknown", status: null, defined, inbound: [], outbound: [], stops: [],
});

const stopsOf = ({name, paused}: ControllerStatus): Stop[] =>
  (["inbound", "outbound"] as const).flatMap((direction) => {
    const pause = paused?.[direction];
    return pause ? [{controller: name, direction, ...pause}] : [];
  });

function joinConnections(
  topology: Topology | null, status: Status | null, now: Date,
): Map<string, Connection> {
  const joined = new Map<string, Connection>();
  const at = (source: string, sourceSite: string, destination: string, destinationSite: string) => {
    const key = connectionKey(source, destination);
    let found = joined.get(key);
    if (!found) {
      found = {
        key, source, sourceSite, destination, destinationSite, standby: false, awake: false, state: "unknown",
        planned: null, pulls: [], behindChanges: null, behindSeconds: null, stops: [],
      };
      joined.set(key, found);
    }
    return found;
  };
  for (const plan of topology?.plan.connections ?? []) {
    const found = at(plan.source, plan.source_site, plan.destination, plan.destination_site);
    found.planned = plan;
    found.standby = plan.standby;
  }
  for (const pull of status?.connections ?? []) {
    at(pull.source, pull.source_site, pull.destination, pull.destination_site).pulls.push(pull);
  }
  for (const found of joined.values()) {
    if (found.pulls.length === 0) continue;
    found.standby = found.pulls.every((pull) => pull.standby);
    found.awake = found.pulls.some((pull) => pull.takeover?.awake ?? false);
    found.state = pullsState(found, now);
    found.behindChanges = sum(found.pulls.map((pull) => pull.behind_changes));
    found.behindSeconds = most(found.pulls.map((pull) => pull.behind_seconds));
  }
  return joined;
}

/** Behind while its schedule is closed is not late: it waits as it was told to. */
function pullsState(connection: Connection, now: Date): State {
  const state = worst(connection.pulls.map((pull) => pull.state));
  const late = state === "behind" || state === "catching_up";
  const closed = connection.planned !== null && !isOpen(connection.planned.schedule, now);
  return late && closed ? "paused" : state;
}

function controllerState(view: ControllerView): State {
  if (view.status === null) return "unknown";
  const status = view.status.state;
  if (status === "filling" || status === "promoting") return "catching_up";
  if (status === "retiring") return "paused";
  if (status === "halted" || status === "quarantined") return "failing";
  if (status !== "serving") return status;
  const stopped: State = view.stops.length > 0 ? "paused" : "in_step";
  // Who pulls from no one lacks nothing.
  return worst([stopped, ...view.inbound.map((connection) => connection.state)]);
}

function joinSites(
  topology: Topology | null, controllers: Map<string, ControllerView>,
): Map<string, SiteView> {
  const sites = new Map<string, SiteView>();
  const at = (name: string) => {
    const found = sites.get(name) ?? {name, state: "unknown", defined: null, controllers: [], links: []};
    sites.set(name, found);
    return found;
  };
  for (const site of topology?.forest.sites ?? []) at(site.name).defined = site;
  for (const view of controllers.values()) at(view.site).controllers.push(view);
  for (const link of topology?.forest.links ?? []) {
    for (const name of link.sites) sites.get(name)?.links.push(link);
  }
  for (const site of sites.values()) {
    site.controllers.sort((a, b) => byName(a.name, b.name));
    // A site without controllers is served by others; nothing there can be out of step.
    site.state = site.controllers.length === 0
      ? "in_step" : worst(site.controllers.map((view) => view.state));
  }
  return sites;
}

const sum = (values: (number | null)[]): number | null =>
  values.some((value) => value === null) ? null : values.reduce<number>((a, b) => a + (b ?? 0), 0);

const most = (values: (number | null)[]): number | null =>
  values.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);

/** Trouble first, then by name: the order of the tables. */
export function byTrouble<T extends {state: State}>(views: Iterable<T>, name: (view: T) => string): T[] {
  return [...views].sort((a, b) =>
    severity(b.state) - severity(a.state) || byName(name(a), name(b)));
}

const byName = (a: string, b: string) => a.localeCompare(b, "en", {numeric: true});
