// Changes that are tried, and the server's answer to them. Nothing here is ever applied.

import {computed, signal} from "@preact/signals";
import * as api from "./api";
import {changesCount, NO_CHANGES, withChange, withoutChange, type ChangeField, type Changes} from "./changes";
import type {Comparison, FieldFault} from "./documents";
import {proposed} from "./proposal";
import {forest, view} from "./store";

export const changes = signal<Changes>(NO_CHANGES);
/** Of `changes`, once it has come. */
export const comparison = signal<{of: Changes; answer: Comparison} | null>(null);
export const faults = signal<FieldFault[]>([]);
export const failure = signal("");
export const working = signal(false);

/** What the map shows: the forest as it is, or as it would be. */
export const shown = computed(() =>
  view.value === "what-if" && comparison.value
    ? proposed(forest.value, comparison.value.answer, comparison.value.of) : forest.value);

export function tryChange(field: ChangeField, word: string): void {
  changes.value = withChange(changes.value, field, word);
  void weigh();
}

export function dropChange(field: ChangeField, word: string): void {
  changes.value = withoutChange(changes.value, field, word);
  void weigh();
}

export function backToPresent(): void {
  changes.value = NO_CHANGES;
  void weigh();
}

/** Only the last question's answer counts. */
let asked = 0;

export async function weigh(): Promise<void> {
  const question = ++asked;
  const of = changes.value;
  faults.value = [];
  failure.value = "";
  working.value = changesCount(of) > 0;
  if (!working.value) {
    comparison.value = null;
    return;
  }
  try {
    const answer = await api.whatIf(of);
    if (question === asked) comparison.value = {of, answer};
  } catch (error) {
    if (question !== asked) return;
    comparison.value = null;
    failure.value = (error as Error).message;
    faults.value = error instanceof api.ApiError ? error.fields : [];
  } finally {
    if (question === asked) working.value = false;
  }
}
