// Small forests for the tests.

import type {ControllerStatus, PlannedConnection, PullStatus, Status, Topology} from "../src/documents";

export const controller = (name: string, change: Partial<ControllerStatus> = {}): ControllerStatus => ({
  name, site: name.replace(/-\d+$/, ""), state: "serving", error: "", address: "", invocation: null,
  paused: {inbound: null, outbound: null},
  highest_usn: 7, objects: 3, started: null, ...change,
});

const site = (name: string) => name.replace(/-\d+$/, "");

export const pull = (destination: string, source: string, change: Partial<PullStatus> = {}): PullStatus => ({
  destination, destination_site: site(destination), source, source_site: site(source),
  naming_context: "dc=corp,dc=example", standby: false, state: "in_step", behind_changes: 0,
  behind_objects: 0, behind_seconds: 0, last_attempt: null, last_success: null, failures: 0, error: "",
  last_pull: null, total: null, ...change,
});

export const planned = (destination: string, source: string, change: Partial<PlannedConnection> = {}): PlannedConnection => ({
  source, source_site: site(source), destination, destination_site: site(destination),
  naming_contexts: ["dc=corp,dc=example"], rule: "site_tree", standby: false, cost: 100, path: [], ways_round: [],
  interval: "15m", schedule: "always", notify: true, compress: true, ...change,
});

export const status = (controllers: ControllerStatus[], connections: PullStatus[]): Status => ({
  controller: "oslo-1", time: "2024-01-01T00:00:00.000Z", health: "well", summary: "All in step.",
  controllers, connections,
});

/** The controllers' sites, on links as given, without coordinates. */
export function topology(names: string[], connections: PlannedConnection[], links: string[][] = []): Topology {
  return {
    forest: {
      name: "corp", domains: [{dn: "dc=corp,dc=example"}],
      sites: [...new Set(names.map(site))].map((name) => ({name})),
      links: links.map((sites) => ({sites})),
      controllers: names.map((name) => ({name, site: site(name)})),
    },
    plan: {
      forest: "corp", hops: null, naming_contexts: [], connections,
      totals: {sites: 0, controllers: 0, connections: 0, standby: 0, full_mesh: 0,
        inbound: {average: 0, most: 0, controller: null}},
    },
  };
}
