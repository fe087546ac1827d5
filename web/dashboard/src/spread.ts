// The order in which forced pulls carry what one controller knows to all others.

import type {Connection} from "./picture";

export interface Step {
  hop: number;
  source: string;
  destination: string;
}

/** A standby carries nothing, and a pull that somebody has paused is refused. */
const carries = ({standby, stops}: Connection): boolean => !standby && stops.length === 0;

/** What `controller` pulls from its own sources: one hop. */
export function inboundSteps(connections: Iterable<Connection>, controller: string): Step[] {
  return [...connections]
    .filter((connection) => connection.destination === controller && carries(connection))
    .map(({source, destination}) => ({hop: 1, source, destination}));
}

/** The shortest ways from `controller` over primary connections, nearest first. */
export function outboundSteps(connections: Iterable<Connection>, controller: string): Step[] {
  const from = new Map<string, string[]>();
  for (const connection of connections) {
    const {source, destination} = connection;
    if (carries(connection)) from.set(source, [...(from.get(source) ?? []), destination]);
  }
  const steps: Step[] = [];
  const reached = new Set([controller]);
  let wave = [controller];
  for (let hop = 1; wave.length > 0; ++hop) {
    const next: string[] = [];
    for (const source of wave) {
      for (const destination of from.get(source) ?? []) {
        if (reached.has(destination)) continue;
        reached.add(destination);
        next.push(destination);
        steps.push({hop, source, destination});
      }
    }
    wave = next;
  }
  return steps;
}
