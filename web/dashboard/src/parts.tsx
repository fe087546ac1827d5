// What the panels are made of.

import type {ComponentChildren} from "preact";
import {Icon} from "./icon";
import type {Stop} from "./picture";
import {force, run} from "./replicate";
import type {Step} from "./spread";
import {contactNow, mayForce, now, selection} from "./store";
import {stopped} from "./words";

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

/** Who pulls from whom; a name is not broken at its hyphen. */
export function Pair({connection}: {connection: {source: string; destination: string}}) {
  return <><span class="nowrap">{connection.destination}</span> <span class="from">from</span> <span class="nowrap">{connection.source}</span></>;
}

/** A sentence whose names are not broken at their hyphens. */
export function Unbroken({text}: {text: string}) {
  return <>{text.split(/(\S*-\S*)/).map((part, at) => at % 2 === 0 ? part : <span key={at} class="nowrap">{part}</span>)}</>;
}

/** What somebody has paused, in words beside its shape. */
export function Stops({stops}: {stops: Stop[]}) {
  return <>{stops.map((stop) => (
    <p key={`${stop.controller} ${stop.direction}`} class="stop paused"><Icon state="paused" /> <span><Unbroken text={stopped(stop, now.value)} /></span></p>))}</>;
}

/** Where a table is wider than its panel; reached by the tab key, or keyboards could not scroll it. */
export function Scroll({label, children}: {label: string; children: ComponentChildren}) {
  return <div class="scroll" role="group" aria-label={label} tabIndex={0}>{children}</div>;
}

/** A distinguished name, which may be broken after a comma only. */
export function Dn({children}: {children: string}) {
  return <>{children.split(/(?<=,)/).map((part, at) => <span key={at}>{at > 0 && <wbr />}{part}</span>)}</>;
}
