// The states that the page tells apart, and which of several is the worst.

export type State =
  | "in_step"
  | "not_joined"
  | "catching_up"
  | "unknown"
  | "paused"
  | "behind"
  | "silent"
  | "failing";

/** Best first. What nobody has installed yet is not trouble; what cannot be asked may be. */
export const STATES: readonly State[] = [
  "in_step", "not_joined", "catching_up", "unknown", "paused", "behind", "silent", "failing",
];

export const LABELS: Record<State, string> = {
  in_step: "in step",
  not_joined: "not joined",
  catching_up: "catching up",
  unknown: "unknown",
  paused: "paused",
  behind: "behind",
  silent: "silent",
  failing: "failing",
};

export const severity = (state: State): number => STATES.indexOf(state);

/** Of nothing, nothing is known. */
export function worst(states: Iterable<State>): State {
  let found: State | null = null;
  for (const state of states) {
    if (found === null || severity(state) > severity(found)) found = state;
  }
  return found ?? "unknown";
}
