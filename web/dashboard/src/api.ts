// The server's API: docs/http-api.md.

import type {Changes} from "./changes";
import type {
  Comparison, ConflictDetails, Conflicts, Explanations, FieldFault, Restored, Role, Session, Sync, Topology,
} from "./documents";

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly fields: FieldFault[] = []) {
    super(message);
  }
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : {"content-type": "application/json"},
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer.status, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export function refusal(status: number, text: string): ApiError {
  const unknown = `The server answered ${status}.`;
  try {
    const {error} = JSON.parse(text) as {error?: {message?: unknown; fields?: FieldFault[]}};
    const message = typeof error?.message === "string" && error.message !== "" ? error.message : unknown;
    return new ApiError(status, message, Array.isArray(error?.fields) ? error.fields : []);
  } catch {
    return new ApiError(status, unknown);
  }
}

export const exchangeCode = (code: string) => ask<Session>("POST", "/api/session", {code});
export const currentSession = () => ask<Session>("GET", "/api/session");
export const endSession = () => ask<void>("DELETE", "/api/session");
export const topology = () => ask<Topology>("GET", "/api/topology");
export const explain = (destination: string, source: string) =>
  ask<Explanations>("GET", `/api/explain?${new URLSearchParams({destination, source}).toString()}`);
export const whatIf = (changes: Changes) => ask<Comparison>("POST", "/api/what_if", changes);
export const conflicts = (query: string) => ask<Conflicts>("GET", `/api/conflicts${query}`);
export const conflict = (id: string) => ask<ConflictDetails>("GET", `/api/conflicts/${id}`);
export const restore = (id: string) => ask<Restored>("POST", `/api/conflicts/${id}/restore`, {});
export const sync = (from: string, to: string) => ask<Sync>("POST", "/api/sync", {to, from, full: false});

const ROLES: readonly Role[] = ["reader", "operator", "admin"];

/** What would be refused is not offered. */
export const may = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
