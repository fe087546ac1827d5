// What the shapes and lines of the map mean, and the bar that stands over it while a change is tried.

import {LABELS, STATES} from "./health";
import {ChangeIcon, Icon} from "./icon";
import type {Change, Picture} from "./picture";
import {CHANGE_LABELS} from "./proposal";
import {backToPresent} from "./trial";

const Line = ({kind = ""}: {kind?: string}) => (
  <svg width="26" height="10" aria-hidden="true"><path class={`line ${kind}`} d="M1 5h16" /><path class="head" d="M25 5l-8-4v8Z" /></svg>
);

const Ring = () => <svg width="12" height="12" aria-hidden="true"><circle class="line dotted" cx="6" cy="6" r="5" /></svg>;

export function Legend({picture, placed}: {picture: Picture; placed: number}) {
  const {sites, controllers, connections} = picture;
  const standby = [...connections.values()].some((connection) => connection.standby);
  const views = [...controllers.values(), ...connections.values()];
  // The usual ones always, the rare ones when they occur.
  const states = STATES.filter((state) =>
    ["in_step", "behind", "failing"].includes(state) || views.some((view) => view.state === state));
  return (
    <ul class="legend" aria-label="What the shapes mean">
      {states.map((state) => <li key={state}><Icon state={state} /> {LABELS[state]}</li>)}
      <li><Line /> {standby ? "primary, source to puller" : "source to puller"}</li>
      {standby && <li><Line kind="dashed" /> standby</li>}
      {placed > 0 && <li><Ring /> {placed === sites.size ? "no coordinates: a graph, not a map" : "no coordinates: set beside its neighbours"}</li>}
    </ul>
  );
}

export function ProposalLegend({picture}: {picture: Picture}) {
  const found = new Set([...picture.connections.values()].flatMap(({change}) => (change ? [change] : [])));
  const order: Change[] = ["added", "removed", "becomes_primary", "becomes_standby", "changed"];
  return (
    <ul class="legend" aria-label="What the lines mean">
      {order.filter((change) => found.has(change)).map((change) =>
        <li key={change} class={change}><ChangeIcon change={change} /> <Line kind={`line-${change}`} /> {CHANGE_LABELS[change]}</li>)}
      <li><Line /> stays</li>
      {(picture.proposal?.cutOff.size ?? 0) > 0 && <li class="removed"><Ring /> cut off</li>}
    </ul>
  );
}

export function TrialBar() {
  return (
    <div class="trial-bar">
      <strong>As it would be; nothing is applied.</strong>
      <button type="button" onClick={backToPresent}>Back to the present plan</button>
    </div>
  );
}
