// A forced replication: its steps one after the other, and what each brought.

import {signal} from "@preact/signals";
import * as api from "./api";
import type {Counts, Sync} from "./documents";
import type {Step} from "./spread";

export type Progress = "waiting" | "running" | "done" | "failed";

export interface RunStep extends Step {
  progress: Progress;
  counts: Counts & {milliseconds: number};
  error: string;
}

export interface Run {
  title: string;
  steps: RunStep[];
  running: boolean;
}

export const run = signal<Run | null>(null);

const NONE = {objects: 0, values: 0, bytes: 0, pages: 0, milliseconds: 0};

/** One at a time: a later hop carries what an earlier one has brought. */
export async function force(title: string, steps: Step[]): Promise<void> {
  if (run.value?.running) return;
  const begun = steps.map((step): RunStep => ({...step, progress: "waiting", counts: NONE, error: ""}));
  run.value = {title, steps: begun, running: true};
  for (const [index, step] of steps.entries()) {
    change(index, {progress: "running"});
    try {
      change(index, outcome(await api.sync(step.source, step.destination)));
    } catch (error) {
      change(index, {progress: "failed", error: (error as Error).message});
    }
  }
  if (run.value) run.value = {...run.value, running: false};
}

function change(index: number, what: Partial<RunStep>): void {
  const current = run.value;
  if (!current) return;
  run.value = {...current, steps: current.steps.map((step, at) => (at === index ? {...step, ...what} : step))};
}

/** A pull that broke off has an error of its own, naming context by naming context. */
export function outcome(sync: Sync): Pick<RunStep, "progress" | "counts" | "error"> {
  const failed = sync.pulls.filter((pull) => pull.error !== "");
  return {
    progress: failed.length > 0 ? "failed" : "done",
    counts: total(sync.pulls),
    error: failed.map((pull) => `${pull.naming_context}: ${pull.error}`).join("; "),
  };
}

export function total(parts: (Counts & {milliseconds: number})[]): Counts & {milliseconds: number} {
  return parts.reduce((sum, part) => ({
    objects: sum.objects + part.objects,
    values: sum.values + part.values,
    bytes: sum.bytes + part.bytes,
    pages: sum.pages + part.pages,
    milliseconds: sum.milliseconds + part.milliseconds,
  }), NONE);
}
