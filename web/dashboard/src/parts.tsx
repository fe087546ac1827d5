// What the panels are made of.

import type {ComponentChildren} from "preact";
import {force, run} from "./replicate";
import type {Step} from "./spread";
import {contactNow, mayForce, selection} from "./store";

export function Facts({children}: {children: ComponentChildren}) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({name, children}: {name: string; children: ComponentChildren}) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

export function Heading({kind, children}: {kind: string; children: ComponentChildren}) {
  return (
    <div class="list-head">
      <h2><span class="kind">{kind}</span> {children}</h2>
      <button type="button" onClick={() => (selection.value = null)}>Close</button>
    </div>
  );
}

/** Nothing that would be refused is offered, and nothing while the server is silent. */
export function ForceButton({title, label, steps}: {title: string; label: string; steps: Step[]}) {
  if (!mayForce.value || steps.length === 0) return null;
  return (
    <button type="button" class="force" disabled={run.value?.running === true || contactNow.value !== "live"}
      onClick={() => void force(title, steps)}>{label}</button>
  );
}
