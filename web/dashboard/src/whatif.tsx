// The form in which changes are tried, and beside it what would become of the plan.

import type {ComponentChildren} from "preact";
import {useEffect, useRef} from "preact/hooks";
import {changesCount, changeWords, CHANGE_FIELDS, commandLine, type ChangeField} from "./changes";
import type {ComparedTotals, Comparison, FieldFault} from "./documents";
import {ChangeIcon} from "./icon";
import {Scroll, Unbroken} from "./parts";
import {linkName} from "./picture";
import {CHANGE_LABELS, differences, unreached, verdict} from "./proposal";
import {model, select, selection} from "./store";
import {backToPresent, changes, comparison, dropChange, failure, faults, tryChange, weigh, working} from "./trial";
import {count, plural, shortContext} from "./words";

const MOST_ROWS = 300;
const MOST_COST = 2 ** 32 - 1;

export function WhatIf() {
  const topology = model.value.topology;
  useEffect(() => void weigh(), [topology]); // another plan, another difference
  const answer = comparison.value?.answer;
  return (
    <>
      <section class="panel what-if" aria-labelledby="what-if-heading">
        <div class="list-head">
          <h2 id="what-if-heading">What if</h2>
          {changesCount(changes.value) > 0 && <button type="button" onClick={backToPresent}>Back to the present plan</button>}
        </div>
        <p class="hint">Take parts away, add a link, set a cost, and see the plan as it would be. Nothing is applied.</p>
        <Forms />
        <Chosen />
      </section>
      {answer && <Answer answer={answer} />}
    </>
  );
}

const byName = (names: string[]): string[] => [...names].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));

function Forms() {
  const definition = model.value.topology?.forest;
  if (!definition) return <p class="hint">Waiting for the topology.</p>;
  const links = definition.links ?? [];
  const sites = byName(definition.sites.map((site) => site.name));
  const costs = new Map(links.map((link) => [linkName(link), link.cost ?? 100]));
  const names = byName([...costs.keys()]);
  return (
    <>
      <TakeAway field="without_controllers" label="Without controller" names={byName((definition.controllers ?? []).map((one) => one.name))} />
      <TakeAway field="without_links" label="Without site link" names={names} />
      <TakeAway field="without_sites" label="Without site" names={sites} />
      <Row title="Add a link" take={(given) => tryChange("add_links", `${given("one")},${given("other")},${given("cost")}`)}>
        <Names label="From site" name="one" names={sites} />
        <Names label="to site" name="other" names={sites} />
        <Cost label="at cost" />
      </Row>
      <Row title="Set a cost" take={(given) => tryChange("set_costs", `${given("link")}=${given("cost")}`)}>
        <Names label="Of site link" name="link" names={names} says={(name) => `${name}, now ${count(costs.get(name))}`} />
        <Cost label="new cost" />
      </Row>
    </>
  );
}

function TakeAway({field, label, names}: {field: ChangeField; label: string; names: string[]}) {
  return (
    <Row title={label} button="Take away" take={(given) => tryChange(field, given("name"))}>
      <Names label={label} name="name" names={names} />
    </Row>
  );
}

interface RowProps {
  title: string;
  button?: string;
  take(given: (name: string) => string): void;
  children: ComponentChildren;
}

/** One line of the form, with a button of its own. */
function Row({title, button = title, take, children}: RowProps) {
  const form = useRef<HTMLFormElement>(null);
  return (
    <form class="filters" ref={form} aria-label={title} onSubmit={(event) => {
      event.preventDefault();
      const data = new FormData(event.currentTarget);
      take((name) => String(data.get(name) ?? "").trim());
      form.current?.reset();
    }}>
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}

function Names({label, name, names, says = (one) => one}: {label: string; name: string; names: string[]; says?: (one: string) => string}) {
  return (
    <label>{label}
      <select name={name} required>
        <option value="">choose</option>
        {names.map((one) => <option key={one} value={one}>{says(one)}</option>)}
      </select>
    </label>
  );
}

const Cost = ({label}: {label: string}) =>
  <label>{label}<input type="number" name="cost" min={1} max={MOST_COST} step={1} required inputMode="numeric" /></label>;

/** What is tried now, each with its way out and what is wrong with it. */
function Chosen() {
  const now = changes.value;
  const words = working.value ? "Working it out." : comparison.value ? verdict(comparison.value.answer) : "";
  const others = faults.value.filter((fault) => fault.at === null);
  return (
    <>
      {changesCount(now) > 0 && <ul class="lines" aria-label="Changes that are tried">
        {CHANGE_FIELDS.flatMap((field) => now[field].map((word, at) => (
          <li key={`${field} ${word}`}>
            <span>{changeWords(field, word)}</span>
            <button type="button" class="chip" aria-label={`Take back: ${changeWords(field, word)}`} onClick={() => dropChange(field, word)}>Take back</button>
            <FaultOf fault={faults.value.find((fault) => fault.field === field && fault.at === at)} />
          </li>)))}
      </ul>}
      {failure.value !== "" && <p class="error" role="alert">{faults.value.length === 0 ? failure.value : `${plural(faults.value.length, "change")} cannot be tried.`}</p>}
      {others.map((fault) => <p key={fault.field} class="error">{fault.message}</p>)}
      <p class="verdict" role="status"><Unbroken text={words} /></p>
      {changesCount(now) > 0 && <p class="command"><span class="aside">The same on the command line:</span> <code>{commandLine(now)}</code></p>}
    </>
  );
}

const FaultOf = ({fault}: {fault: FieldFault | undefined}) => fault ? <span class="error">{fault.message}</span> : null;

function Answer({answer}: {answer: Comparison}) {
  return (
    <section class="panel difference" aria-labelledby="difference-heading">
      <h2 id="difference-heading">The difference</h2>
      <CutOffList answer={answer} />
      <Differences answer={answer} />
      <Totals answer={answer} />
    </section>
  );
}

/** Who would hear nothing any more stands first. */
function CutOffList({answer}: {answer: Comparison}) {
  const cut = unreached(answer);
  if (cut.length === 0) return null;
  const contexts = new Map(answer.cut_off.map((one) => [one.controller, one.naming_contexts.map(shortContext).join(", ")]));
  return (
    <>
      <h3 class="error">{plural(cut.length, "controller")} cut off</h3>
      <ul class="lines">{cut.map((name) => (
        <li key={name}><strong>{name}</strong> <span class="aside">no longer reached for {contexts.get(name)}</span></li>))}</ul>
    </>
  );
}

function Differences({answer}: {answer: Comparison}) {
  const all = differences(answer);
  if (all.length === 0) return <p class="hint">No connection changes.</p>;
  const chosen = selection.value?.kind === "connection" ? selection.value.name : null;
  return (
    <>
      <h3>Connections that change</h3>
      <ul class="lines" aria-label="Connections that change">
        {all.slice(0, MOST_ROWS).map((one) => (
          <li key={one.key} class={one.key === chosen ? "chosen" : undefined}>
            <span class={`state ${one.change}`}><ChangeIcon change={one.change} /> <span>{CHANGE_LABELS[one.change]}</span></span>
            <button type="button" class="link" aria-pressed={one.key === chosen} onClick={() => select("connection", one.key)}>
              {one.destination} <span class="from">from</span> {one.source}
            </button>
            <span class="aside">{one.words}</span>
          </li>))}
      </ul>
      {all.length > MOST_ROWS && <p class="hint">And {plural(all.length - MOST_ROWS, "more connection")}; the command lists them all.</p>}
    </>
  );
}

const TOTALS: [keyof ComparedTotals, string][] = [
  ["controllers", "Controllers"], ["connections", "Connections"], ["standby", "Standby"], ["most_inbound", "Most inbound"],
  ["worst_hops", "Longest way, hops"], ["delay", "Delay"], ["losses_not_survived", "Losses not survived"],
];

function Totals({answer: {before, after}}: {answer: Comparison}) {
  const cell = (value: number | string | null) => typeof value === "number" ? count(value) : value ?? "–";
  return (
    <Scroll label="Both plans">
      <table>
        <thead><tr><th scope="col">Plan</th><th scope="col" class="number">Now</th><th scope="col" class="number">Then</th></tr></thead>
        <tbody>{TOTALS.map(([field, name]) => (
          <tr key={field}><th scope="row">{name}</th><td class="number">{cell(before[field])}</td>
            <td class="number">{before[field] === after[field] ? cell(after[field]) : <strong>{cell(after[field])}</strong>}</td></tr>))}</tbody>
      </table>
    </Scroll>
  );
}
