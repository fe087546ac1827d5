// What the page has heard so far, as a value that each feed message replaces.

import type {FeedMessage, Status, Topology} from "./documents";

export interface Model {
  /** Of the last message; the feed resumes after it. */
  number: number | null;
  status: Status | null;
  topology: Topology | null;
  /** By this machine's monotonic clock, milliseconds; null before the first message. */
  heardAt: number | null;
  /** The server's clock and ours when the status came. */
  clock: {server: number; local: number} | null;
}

export const NOTHING_HEARD: Model = {
  number: null, status: null, topology: null, heardAt: null, clock: null,
};

/** A server that says nothing for this long is silent: docs/http-api.md. */
export const SILENCE_MS = 12_000;

/** `local` is our monotonic clock. A number may go back: the server has started anew. */
export function heard(model: Model, message: FeedMessage, local: number): Model {
  const next = {...model, number: message.number, heardAt: local};
  if (message.kind === "status") {
    next.status = message.status;
    next.clock = {server: Date.parse(message.status.time), local};
  } else if (message.kind === "topology") {
    next.topology = message.topology;
  }
  return next;
}

export function parseMessage(text: string): FeedMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const message = value as {kind?: unknown; number?: unknown};
    const known = (message.kind === "status" || message.kind === "topology") && message.kind in value;
    return known && typeof message.number === "number" ? (value as FeedMessage) : null;
  } catch {
    return null;
  }
}

export type Contact = "waiting" | "live" | "lost";

/** Whether what is shown may be believed. */
export function contact(model: Model, connected: boolean, local: number): Contact {
  if (model.heardAt === null) return "waiting";
  return connected && local - model.heardAt < SILENCE_MS ? "live" : "lost";
}

/** The server's clock now, as far as we know. */
export function serverNow(model: Model, local: number): number {
  return model.clock ? model.clock.server + (local - model.clock.local) : Date.now();
}
