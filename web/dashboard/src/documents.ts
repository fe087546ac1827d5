// The server's documents, as docs/schemas describes them.

export type Role = "reader" | "operator" | "admin";

export interface Session {
  controller: string;
  forest: string;
  person: string;
  role: Role;
}

export interface Counts {
  objects: number;
  values: number;
  bytes: number;
  pages: number;
}

export interface Pause {
  by: string;
  since: string;
}

export interface Pauses {
  inbound: Pause | null;
  outbound: Pause | null;
}

export interface ControllerStatus {
  name: string;
  site: string;
  state: "serving" | "filling" | "promoting" | "retiring" | "halted" | "quarantined" | "silent" | "not_joined";
  error: string;
  address: string;
  invocation: string | null;
  highest_usn: number | null;
  objects: number | null;
  started: string | null;
  paused?: Pauses;
}

/** One naming context of one connection. */
export interface PullStatus {
  destination: string;
  destination_site: string;
  source: string;
  source_site: string;
  naming_context: string;
  standby: boolean;
  /** Of a standby: whether it carries values now, since when, and which primary source woke it. */
  takeover?: {awake: boolean; since: string | null; failing: string | null; told_by: string | null; switches: number} | null;
  state: "in_step" | "catching_up" | "behind" | "failing" | "silent" | "paused" | "unknown";
  behind_changes: number | null;
  behind_objects: number | null;
  behind_seconds: number | null;
  last_attempt: string | null;
  last_success: string | null;
  failures: number;
  error: string;
  last_pull: Counts | null;
  total: Counts | null;
}

export interface Epoch {
  counter: number;
  owner: string;
}

/** One single-master role, by the word of all who could be asked. */
export interface RoleStatus {
  role: "schema" | "naming" | "pdc" | "rid" | "infrastructure";
  naming_context: string;
  owner: string | null;
  epoch: Epoch | null;
  gained: "first" | "transfer" | "seize" | "fence" | null;
  since: string | null;
  former: string | null;
  state: "effective" | "catching_up" | "handing_over" | "without_lease" | "quarantined" | "silent" | "removed" | "unknown";
  effective: boolean | null;
  started: string | null;
  opinions: {controller: string; owner: string; epoch: Epoch; acts: boolean}[];
}

export interface Status {
  controller: string;
  time: string;
  health: "well" | "paused" | "behind" | "failing";
  summary: string;
  controllers: ControllerStatus[];
  connections: PullStatus[];
  roles?: RoleStatus[];
}

export interface Hops {
  worst: number;
  from: string;
  to: string;
}

export interface PlannedConnection {
  source: string;
  source_site: string;
  destination: string;
  destination_site: string;
  naming_contexts: string[];
  rule: "ring" | "mesh" | "site_tree" | "second_tree" | "mending";
  standby: boolean;
  cost: number;
  path: string[];
  ways_round: string[][];
  interval: string;
  schedule: string;
  notify: boolean;
  compress: boolean;
}

export interface PlannedContext {
  dn: string;
  replicas: number;
  connections: number;
  standby: number;
  hops: Hops | null;
  unreached: number;
  cost: number;
  least_cost: number;
  full_mesh: number;
  islands: string[][];
}

export interface Plan {
  forest: string;
  hops: Hops | null;
  totals: {
    sites: number;
    controllers: number;
    connections: number;
    standby: number;
    full_mesh: number;
    inbound: {average: number; most: number; controller: string | null};
  };
  naming_contexts: PlannedContext[];
  connections: PlannedConnection[];
  /** Not in the feed: a large forest's takes the server seconds. */
  certificate?: Certificate;
}

export interface Loss {
  kind: "controller" | "link" | "site";
  name: string;
}

/** A loss that leaves someone apart. */
export interface Cut {
  loss: Loss;
  apart: string[];
  remedy: {kind: "second_link" | "second_controller"; sites: string[]};
}

/** What the plan survives and costs; null where the forest is too large to try. */
export interface Certificate {
  losses: number | null;
  cuts: Cut[];
  hops_after_loss: (Hops & {loss: Loss}) | null;
  delay: {worst: string; from: string | null; to: string | null; at?: string} | null;
  standby_cost: number;
  /** Bytes that a crossing takes besides the change itself. */
  crossing_overhead: number;
  /** Crossings of one change. */
  traffic: {link: string; planned: number; full_mesh: number}[];
}

export interface SiteWay {
  from: string;
  to: string;
  cost: number;
  links: string[];
}

/** Why one controller pulls from another, or does not. */
export interface Explanation {
  destination: string;
  source: string;
  connections: PlannedConnection[];
  naming_contexts: string[];
  direct: SiteWay | null;
  route: PlannedConnection[];
  runner_up: SiteWay | null;
  cut_off: string[];
  cut_off_for_good: string[];
}

export interface Explanations {
  directions: Explanation[];
}

export type ConnectionDetails = Omit<PlannedConnection, "source" | "source_site" | "destination" | "destination_site" | "standby">;

export interface ConnectionEnds {
  destination: string;
  source: string;
  standby: boolean;
}

export type ComparedConnection = ConnectionEnds & ConnectionDetails;

export interface ComparedTotals {
  controllers: number;
  connections: number;
  standby: number;
  most_inbound: number;
  worst_hops: number;
  delay: string | null;
  losses_not_survived: number | null;
}

export interface CutOff {
  controller: string;
  reason: "removed" | "unreached";
  naming_contexts: string[];
}

/** Two plans side by side, as `ringspan what-if` answers. */
export interface Comparison {
  forest: string;
  changes: string[];
  before: ComparedTotals;
  after: ComparedTotals;
  connections: {
    added: ComparedConnection[];
    removed: ComparedConnection[];
    changed: (ConnectionEnds & {before: ConnectionDetails; after: ConnectionDetails})[];
  };
  cut_off: CutOff[];
}

/** What is wrong with one field of a request, or with one word of its list. */
export interface FieldFault {
  field: string;
  at: number | null;
  message: string;
}

export interface Site {
  name: string;
  coordinates?: {latitude: number; longitude: number};
  subnets?: string[];
}

export interface SiteLink {
  name?: string;
  sites: string[];
  cost?: number;
  interval?: string;
  schedule?: string;
  notify?: boolean;
  compress?: boolean;
}

export interface Controller {
  name: string;
  site: string;
  domain?: string;
  read_only?: boolean;
  global_catalog?: boolean;
  address?: string;
}

export interface Forest {
  name: string;
  domains: {dn: string}[];
  sites: Site[];
  links?: SiteLink[];
  controllers?: Controller[];
}

export interface Topology {
  forest: Forest;
  plan: Plan;
}

export interface Sync {
  source: string;
  destination: string;
  pulls: (Counts & {naming_context: string; milliseconds: number; error: string})[];
}

/** One side of a conflict; no values: a removal. */
export interface Write {
  values: string[];
  version: number;
  time: string;
  originator: string;
  usn: number;
  /** Of the originator; null where nobody knows it. */
  site: string | null;
}

export type ConflictKind = "attribute" | "link" | "name" | "orphan" | "cycle" | "deletion" | "divergence";

export interface Conflict {
  id: string;
  kind: ConflictKind;
  object: string;
  dn: string;
  attribute: string;
  lost: Write;
  kept: Write;
  noticed: string;
  noticed_at: {controller: string; time: string}[];
}

export interface Missing {
  controller: string;
  error: string;
}

export interface Conflicts {
  controller: string;
  missing: Missing[];
  truncated: boolean;
  conflicts: Conflict[];
}

/** One of them, with what stands there now and what it can be restored to. */
export interface ConflictDetails extends Conflict {
  controller: string;
  missing: Missing[];
  present: string[] | null;
  restore: {possible: boolean; what: string; reason: string};
}

export interface Restored {
  id: string;
  what: string;
  object: string;
  dn: string;
  usn: number;
  controller: string;
}

export type FeedMessage =
  | {kind: "status"; number: number; status: Status}
  | {kind: "topology"; number: number; topology: Topology};
