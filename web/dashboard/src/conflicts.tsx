// What was overwritten by a write that had not seen it, both values side by side, and the way back.

import {signal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import * as api from "./api";
import type {Conflict, ConflictDetails, ConflictKind, Conflicts, Write} from "./documents";
import {absent, counted, EVERYTHING, KINDS, noticed, query, SPANS, writer, type Filter} from "./journal";
import {Dn, Fact, Facts, Scroll, Unbroken} from "./parts";
import {contactNow, mayForce, model, now} from "./store";
import {instant} from "./words";

const journal = signal<Conflicts | null>(null);
const filter = signal<Filter>(EVERYTHING);
const failure = signal("");
const done = signal("");
const chosen = signal<ConflictDetails | null>(null);
const busy = signal(false);

/** Only the last question's answer counts. */
let asked = 0;

async function load(): Promise<void> {
  const question = ++asked;
  try {
    const answer = await api.conflicts(query(filter.value, now.value));
    if (question !== asked) return;
    journal.value = answer;
    failure.value = "";
  } catch (error) {
    if (question === asked) failure.value = (error as Error).message;
  }
}

function choose(change: Partial<Filter>): void {
  filter.value = {...filter.value, ...change};
  void load();
}

async function show(id: string): Promise<void> {
  done.value = "";
  try {
    chosen.value = await api.conflict(id);
    failure.value = "";
  } catch (error) {
    failure.value = (error as Error).message;
  }
}

async function restore(id: string): Promise<void> {
  busy.value = true;
  try {
    const restored = await api.restore(id);
    done.value = `${restored.dn}: ${restored.what}; written at ${restored.controller}.`;
    failure.value = "";
    chosen.value = null;
    await load();
  } catch (error) {
    failure.value = (error as Error).message;
  } finally {
    busy.value = false;
  }
}

export function ConflictView() {
  useEffect(() => void load(), []);
  const {controller, conflicts, missing, truncated} =
    journal.value ?? {controller: "", conflicts: null, missing: [], truncated: false};
  return (
    <section class="conflicts" aria-labelledby="conflicts-heading">
      <div class="list-head">
        <h2 id="conflicts-heading">Conflicts {conflicts && <span class="many">{counted(conflicts.length, truncated)} in the journals that {controller} could read</span>}</h2>
        <button type="button" onClick={() => void load()}>Reload</button>
      </div>
      <Filters />
      {failure.value !== "" && <p class="error" role="alert">{failure.value}</p>}
      {missing.length > 0 && <p class="error"><Unbroken text={absent(missing)} /></p>}
      <p class="done" role="status">{done.value}</p>
      <Chosen />
      {conflicts?.length === 0 && <p class="hint">No write has overwritten another that it had not seen.</p>}
      {conflicts && conflicts.length > 0 && (
        <Scroll label="Conflicts">
          <table>
            <thead><tr><th scope="col">Object</th><th scope="col">What happened</th><th scope="col">Kept</th><th scope="col">Lost</th><th scope="col">Noticed</th></tr></thead>
            <tbody>{conflicts.map((conflict) => <Entry key={conflict.id} conflict={conflict} />)}</tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Entry({conflict}: {conflict: Conflict}) {
  return (
    <tr class={chosen.value?.id === conflict.id ? "chosen" : undefined}>
      <th scope="row">
        <button type="button" class="link" onClick={() => void show(conflict.id)}>{conflict.dn ? <Dn>{conflict.dn}</Dn> : <code>{conflict.object}</code>}</button>
      </th>
      <td>{KINDS[conflict.kind]}<span class="aside block">{conflict.attribute}</span></td>
      <td><Side write={conflict.kept} /></td>
      <td class="lost"><Side write={conflict.lost} /></td>
      <td class="nowrap">{instant(conflict.noticed)}</td>
    </tr>
  );
}

function Side({write}: {write: Write}) {
  return (
    <>
      <Values values={write.values} />
      <span class="aside block"><Unbroken text={writer(write)} /></span>
    </>
  );
}

function Values({values}: {values: string[]}) {
  if (values.length === 0) return <em>no value</em>;
  return <>{values.map((value, at) => <span key={at} class="value">{value}</span>)}</>;
}

/** The conflict that was chosen; whoever may not write is shown all but the button. */
function Chosen() {
  const conflict = chosen.value;
  if (conflict === null) return null;
  const {restore: way} = conflict;
  return (
    <div class="chosen-conflict" role="region" aria-label="Conflict">
      <div class="list-head">
        <h3><span class="kind">Conflict {conflict.id}</span> {conflict.attribute} of <Dn>{conflict.dn || conflict.object}</Dn></h3>
        <button type="button" onClick={() => (chosen.value = null)}>Close</button>
      </div>
      <Facts>
        <Fact name="Kept"><Side write={conflict.kept} /></Fact>
        <Fact name="Lost"><Side write={conflict.lost} /></Fact>
        <Fact name={`Now at ${conflict.controller}`}>{conflict.present === null ? "not held there" : <Values values={conflict.present} />}</Fact>
        <Fact name="Noticed at"><Unbroken text={noticed(conflict)} /></Fact>
        <Fact name="Restored">{way.possible ? way.what : <>It cannot be: {way.reason}</>}</Fact>
      </Facts>
      {way.possible && mayForce.value && <div class="actions">
        <button type="button" class="force" disabled={busy.value || contactNow.value !== "live"}
          onClick={() => void restore(conflict.id)}>Restore what lost</button>
      </div>}
    </div>
  );
}

function Filters() {
  const {kind, attribute, object, sites, hours} = filter.value;
  const names = (model.value.topology?.forest.sites ?? []).map((site) => site.name).sort();
  const side = (at: 0 | 1, label: string) => (
    <label>{label}
      <select value={sites[at]} onChange={(event) =>
        choose({sites: at === 0 ? [event.currentTarget.value, sites[1]] : [sites[0], event.currentTarget.value]})}>
        <option value="">any</option>
        {names.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
    </label>
  );
  return (
    <form class="filters" aria-label="Which conflicts" onSubmit={(event) => event.preventDefault()}>
      <label>Kind
        <select value={kind} onChange={(event) => choose({kind: event.currentTarget.value as ConflictKind | ""})}>
          <option value="">any</option>
          {Object.entries(KINDS).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
        </select>
      </label>
      <label>Attribute
        <input type="text" value={attribute} spellcheck={false} onChange={(event) => choose({attribute: event.currentTarget.value})} />
      </label>
      <label>Object
        <input type="text" value={object} spellcheck={false} placeholder="DN or GUID" onChange={(event) => choose({object: event.currentTarget.value})} />
      </label>
      {side(0, "Between site")}
      {side(1, "and site")}
      <label>Noticed in
        <select value={String(hours)} onChange={(event) => choose({hours: Number(event.currentTarget.value)})}>
          <option value="0">any time</option>
          {SPANS.map(([span, words]) => <option key={span} value={String(span)}>{words}</option>)}
        </select>
      </label>
    </form>
  );
}
