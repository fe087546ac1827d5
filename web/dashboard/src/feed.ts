// The live feed: one WebSocket, resumed after the last number, tried again with back-off.

import {parseMessage, SILENCE_MS} from "./model";
import type {FeedMessage} from "./documents";

export interface FeedListener {
  /** Where to resume; null for the newest state. */
  after(): number | null;
  message(message: FeedMessage): void;
  connected(yes: boolean): void;
  /** After each loss: false ends the feed, as when the session is over. */
  mayRetry(): Promise<boolean>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Doubles with each failure; spread, so that many pages do not return at the same moment. */
export function backoff(failures: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);
}

/** Returns what ends it. */
export function follow(listener: FeedListener): () => void {
  let ended = false;
  let failures = 0;
  let socket: WebSocket | null = null;
  let timer = 0;

  const open = () => {
    const after = listener.after();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(`${scheme}//${location.host}/api/feed${after === null ? "" : `?after=${after}`}`);
    socket = opened;
    // A connection that is cut without a word stays open for minutes; the silence tells.
    const silence = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => lost(opened), SILENCE_MS);
    };
    silence();
    opened.onmessage = (event) => {
      const message = typeof event.data === "string" ? parseMessage(event.data) : null;
      if (socket !== opened || message === null) return;
      silence();
      failures = 0;
      listener.connected(true);
      listener.message(message);
    };
    opened.onclose = () => lost(opened);
  };

  const lost = async (gone: WebSocket) => {
    if (ended || socket !== gone) return;
    socket = null;
    clearTimeout(timer);
    gone.close();
    listener.connected(false);
    const again = await listener.mayRetry();
    if (ended || !again || socket !== null) return;
    timer = window.setTimeout(open, backoff(failures++, Math.random()));
  };

  // Back from sleep or with a network again: no need to wait for the timer.
  const wake = () => {
    if (ended || socket !== null || document.visibilityState === "hidden") return;
    clearTimeout(timer);
    open();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    socket?.close();
  };
}
