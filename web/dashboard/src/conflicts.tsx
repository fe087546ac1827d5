// What was overwritten by a write that had not seen it, both values side by side.

import {signal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import * as api from "./api";
import type {Conflict, Conflicts, Write} from "./documents";
import {Dn, Scroll} from "./parts";
import {instant, plural} from "./words";

const journal = signal<Conflicts | null>(null);
const failure = signal("");

async function load(): Promise<void> {
  try {
    journal.value = await api.conflicts();
    failure.value = "";
  } catch (error) {
    failure.value = (error as Error).message;
  }
}

const KINDS: Record<Conflict["kind"], string> = {
  attribute: "same attribute written twice",
  name: "two objects of one name",
  orphan: "parent was deleted",
  cycle: "moved below itself",
  deletion: "written while deleted",
};

export function ConflictView() {
  useEffect(() => void load(), []);
  const {controller, conflicts} = journal.value ?? {controller: "", conflicts: null};
  return (
    <section class="conflicts" aria-labelledby="conflicts-heading">
      <div class="list-head">
        <h2 id="conflicts-heading">Conflicts {conflicts && <span class="many">{plural(conflicts.length, "entry", "entries")} in the journal of {controller}</span>}</h2>
        <button type="button" onClick={() => void load()}>Reload</button>
      </div>
      {failure.value !== "" && <p class="error" role="alert">{failure.value}</p>}
      {conflicts?.length === 0 && <p class="hint">No write has overwritten another that it had not seen.</p>}
      {conflicts && conflicts.length > 0 && (
        <Scroll label="Conflicts">
          <table>
            <thead><tr><th scope="col">Object</th><th scope="col">What happened</th><th scope="col">Kept</th><th scope="col">Lost</th><th scope="col">Noticed</th></tr></thead>
            <tbody>{[...conflicts].reverse().map((conflict, at) => (
              <tr key={at}>
                <th scope="row">{conflict.dn ? <Dn>{conflict.dn}</Dn> : <code>{conflict.object}</code>}</th>
                <td>{KINDS[conflict.kind]}{conflict.attribute && <span class="aside block">{conflict.attribute}</span>}</td>
                <td><Value write={conflict.kept} /></td>
                <td class="lost"><Value write={conflict.lost} /></td>
                <td class="nowrap">{instant(conflict.noticed)}</td>
              </tr>))}</tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Value({write}: {write: Write}) {
  return (
    <>
      {write.values.length === 0 ? <em>no value</em> : write.values.map((value, at) => <span key={at} class="value">{value}</span>)}
      <span class="aside block">{write.originator}, version {write.version}, {instant(write.time)}</span>
    </>
  );
}
