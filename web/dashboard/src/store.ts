// The page's state as signals; views read these and call the functions below.

import {computed, signal} from "@preact/signals";
import * as api from "./api";
import type {Session} from "./documents";
import {follow} from "./feed";
import {contact, heard, NOTHING_HEARD, serverNow, type Model} from "./model";
import {picture} from "./picture";

export type Selection = {kind: "site" | "controller" | "connection"; name: string} | null;
export type View = "topology" | "conflicts" | "what-if";

/** Undefined until asked; null: not signed in. */
export const session = signal<Session | null | undefined>(undefined);
export const signInError = signal("");
export const model = signal<Model>(NOTHING_HEARD);
export const connected = signal(false);
export const selection = signal<Selection>(null);
export const view = signal<View>("topology");

/** Our monotonic clock, a second apart: ages grow although nothing is heard. */
export const tick = signal(performance.now());

export const contactNow = computed(() => contact(model.value, connected.value, tick.value));
export const now = computed(() => serverNow(model.value, tick.value));
/** Schedules open and close by the minute; the picture need not be made anew each second. */
const minute = computed(() => Math.floor(now.value / 60_000));
const fresh = computed(() => contactNow.value === "live");
const shownTopology = computed(() => model.value.topology);
const shownStatus = computed(() => model.value.status);
export const forest = computed(() =>
  picture(shownTopology.value, shownStatus.value, new Date(minute.value * 60_000), fresh.value));

export const mayForce = computed(() =>
  session.value !== null && session.value !== undefined && api.may(session.value.role, "operator"));

export function select(kind: NonNullable<Selection>["kind"], name: string): void {
  selection.value = {kind, name};
}

let stopFeed: (() => void) | null = null;

/** The code leaves the address at once: it must stay neither in the history nor on a screen shot. */
export async function start(): Promise<void> {
  window.setInterval(() => (tick.value = performance.now()), 1000);
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    if (await signIn(code)) return;
  }
  try {
    enter(await api.currentSession());
    signInError.value = "";
  } catch (error) {
    session.value = null;
    if (!(error instanceof api.ApiError && error.status === 401)) signInError.value = String((error as Error).message);
  }
}

export async function signIn(code: string): Promise<boolean> {
  try {
    enter(await api.exchangeCode(code));
    return true;
  } catch (error) {
    signInError.value = (error as Error).message;
    return false;
  }
}

export async function signOut(): Promise<void> {
  try {
    await api.endSession();
  } catch {
    // Whoever cannot reach the server is out all the same.
  }
  leave("");
}

function leave(reason: string): void {
  stopFeed?.();
  stopFeed = null;
  model.value = NOTHING_HEARD;
  connected.value = false;
  selection.value = null;
  signInError.value = reason;
  session.value = null;
}

function enter(found: Session): void {
  session.value = found;
  signInError.value = "";
  stopFeed?.();
  stopFeed = follow({
    after: () => model.value.number,
    message: (message) => {
      tick.value = performance.now();
      model.value = heard(model.value, message, tick.value);
      if (model.value.topology === null) void loadTopology();
    },
    connected: (yes) => (connected.value = yes),
    mayRetry: stillSignedIn,
  });
}

let loading = false;

/** For a server whose first message is the status alone. */
async function loadTopology(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    const topology = await api.topology();
    if (model.value.topology === null) model.value = {...model.value, topology};
  } catch {
    // The next message tries again.
  } finally {
    loading = false;
  }
}

async function stillSignedIn(): Promise<boolean> {
  try {
    session.value = await api.currentSession();
    return true;
  } catch (error) {
    if (!(error instanceof api.ApiError && error.status === 401)) return true;
    leave("Your session has ended.");
    return false;
  }
}
