// A forced replication as it goes: a line for each hop, and the sum.

import {Icon} from "./icon";
import type {State} from "./health";
import {Scroll} from "./parts";
import {run, total, type Run, type RunStep} from "./replicate";
import {bytes, count, plural} from "./words";

const STATE: Record<RunStep["progress"], State> = {
  waiting: "unknown", running: "catching_up", done: "in_step", failed: "failing",
};
const WORD: Record<RunStep["progress"], string> = {
  waiting: "waiting", running: "pulling", done: "done", failed: "failed",
};

export function ProgressPanel() {
  const current = run.value;
  if (!current) return null;
  const ended = current.steps.filter((step) => step.progress === "done" || step.progress === "failed").length;
  return (
    <section class="progress" aria-labelledby="progress-heading">
      <div class="list-head">
        <h3 id="progress-heading">{current.title}</h3>
        {!current.running && <button type="button" onClick={() => (run.value = null)}>Close</button>}
      </div>
      <progress max={current.steps.length} value={ended} aria-label="Pulls finished" />
      <Scroll label="Pulls">
        <table>
          <thead><tr>
            <th scope="col">Hop</th><th scope="col">Pull</th><th scope="col">Progress</th>
            {["Objects", "Values", "Bytes", "Time"].map((title) => <th key={title} scope="col" class="number">{title}</th>)}
          </tr></thead>
          <tbody>{current.steps.map((step, index) => <StepRow key={index} step={step} />)}</tbody>
        </table>
      </Scroll>
      <p class="words" role="status" aria-live="polite">{current.running ? "" : result(current)}</p>
    </section>
  );
}

function StepRow({step}: {step: RunStep}) {
  const ended = step.progress === "done" || step.progress === "failed";
  const {objects, values, bytes: size, milliseconds} = step.counts;
  return (
    <tr>
      <td>{step.hop}</td>
      <th scope="row">{step.destination} <span class="from">from</span> {step.source}</th>
      <td>
        <span class={`state ${STATE[step.progress]}`}><Icon state={STATE[step.progress]} /> <span>{WORD[step.progress]}</span></span>
        {step.error !== "" && <span class="error">{step.error}</span>}
      </td>
      <td class="number">{ended ? count(objects) : "–"}</td>
      <td class="number">{ended ? count(values) : "–"}</td>
      <td class="number">{ended ? bytes(size) : "–"}</td>
      <td class="number">{ended ? `${count(milliseconds)} ms` : "–"}</td>
    </tr>
  );
}

function result(run: Run): string {
  const sum = total(run.steps.map((step) => step.counts));
  const failed = run.steps.filter((step) => step.progress === "failed").length;
  const came = `${plural(sum.objects, "object")}, ${plural(sum.values, "value")}, ${bytes(sum.bytes)} in ${count(sum.milliseconds)} ms.`;
  return failed === 0 ? `All ${plural(run.steps.length, "pull")} done: ${came}`
    : `${failed} of ${plural(run.steps.length, "pull")} failed; the others brought ${came}`;
}
