// The panel of a connection: why it exists, and the same numbers as `ringspan status`.

import type {Counts, PullStatus} from "./documents";
import {Explained} from "./explained";
import {StateWord} from "./icon";
import type {Connection} from "./picture";
import {Dn, Fact, Facts, ForceButton, Heading, Pair, Scroll, Stops} from "./parts";
import {isOpen} from "./schedule";
import {contactNow, now, select} from "./store";
import {bytes, count, duration, instant, moment, plural} from "./words";

export function ConnectionPanel({connection}: {connection: Connection}) {
  const {source, destination, planned} = connection;
  return (
    <>
      <Heading kind="Connection"><Pair connection={connection} /> <StateWord state={connection.state} standby={connection.standby} awake={connection.awake} /></Heading>
      <Stops stops={connection.stops} />
      <p class="reason">{reason(connection)}</p>
      <div class="actions">
        <ForceButton label="Replicate now" title={`${destination} pulls from ${source}`} steps={connection.stops.length > 0 ? [] : [{hop: 1, source, destination}]} />
      </div>
      <Facts>
        <Fact name="Puller"><Ends name={destination} site={connection.destinationSite} /></Fact>
        <Fact name="Source"><Ends name={source} site={connection.sourceSite} /></Fact>
        <Fact name="Kind">{connection.awake ? "standby, carries values now" : connection.standby ? "standby" : "primary"}</Fact>
        {planned && <>
          <Fact name="Rule"><code>{planned.rule}</code></Fact>
          <Fact name="Cost">{count(planned.cost)}</Fact>
          <Fact name="Path">{planned.path.join(", ") || "inside the site"}</Fact>
          <Fact name="Interval">{planned.interval}{planned.notify && <span class="aside"> changes are announced</span>}</Fact>
          <Fact name="Schedule">{planned.schedule}{!isOpen(planned.schedule, new Date(now.value)) && <span class="aside"> closed now</span>}</Fact>
          <Fact name="Compressed">{planned.compress ? "yes" : "no"}</Fact>
        </>}
      </Facts>
      <Explained connection={connection} />
      {connection.pulls.length === 0
        ? <p class="hint">The status has no line for it{connection.standby ? ": it waits for the day a primary fails" : ""}.</p>
        : <Pulls pulls={connection.pulls} />}
    </>
  );
}

function Ends({name, site}: {name: string; site: string}) {
  return (
    <>
      <button type="button" class="link" onClick={() => select("controller", name)}>{name}</button>
      <span class="aside"> in <button type="button" class="link" onClick={() => select("site", site)}>{site}</button></span>
    </>
  );
}

/** The calculator's reason, as a sentence. */
export function reason({planned, standby, source, destination, destinationSite}: Connection): string {
  if (!planned) return "The present plan does not have this connection; it is left from an earlier one or was forced by hand.";
  if (planned.rule === "ring") {
    return `${destination} and ${source} are neighbours on the ring of site ${destinationSite}, so a change takes few hops inside it.`;
  }
  if (planned.rule === "mesh") {
    return `${destination} and ${source} stand in the mesh of site ${destinationSite}, in which three hops reach everyone.`;
  }
  const over = planned.path.length === 0 ? "" : ` over ${planned.path.join(", then ")}`;
  const day = {
    second_tree: "for the day a link or a bridgehead of the tree between sites fails",
    mending: "for the day that one failure would tear a gap into both trees between sites",
    site_tree: "for the day a primary fails",
  }[planned.rule];
  return standby
    ? `It stands by${over}, at cost ${count(planned.cost)}, ${day}.`
    : `It is an edge of the tree between sites${over}, at cost ${count(planned.cost)}.`;
}

function Pulls({pulls}: {pulls: PullStatus[]}) {
  return (
    <Scroll label="Naming contexts">
      <table>
        <thead><tr><th scope="col">Naming context</th><th scope="col">State</th>
          {["Behind", "Last attempt", "Last success", "Failures", "Last pull", "Total"].map((title) =>
            <th key={title} scope="col" class="number">{title}</th>)}</tr></thead>
        <tbody>{pulls.map((pull) => (
          <tr key={pull.naming_context}>
            <th scope="row"><Dn>{pull.naming_context}</Dn>{pull.error !== "" && <span class="error">{pull.error}</span>}</th>
            <td><StateWord state={contactNow.value === "live" ? pull.state : "unknown"} standby={pull.standby} awake={pull.takeover?.awake ?? false} /></td>
            <td class="number"><Behind pull={pull} /></td>
            <td class="number"><Time at={pull.last_attempt} silent={pull.state === "silent"} /></td>
            <td class="number"><Time at={pull.last_success} silent={pull.state === "silent"} /></td>
            <td class="number">{count(pull.state === "silent" ? null : pull.failures)}</td>
            <td class="number"><Amount counts={pull.last_pull} /></td>
            <td class="number"><Amount counts={pull.total} /></td>
          </tr>))}</tbody>
      </table>
    </Scroll>
  );
}

function Behind({pull}: {pull: PullStatus}) {
  if (!pull.behind_changes) return <>{count(pull.behind_changes)}</>;
  return (
    <span class="amount">
      <span>{plural(pull.behind_changes, "change")}</span>
      <span>{pull.behind_objects === null ? "" : `in ${plural(pull.behind_objects, "object")}`}</span>
      <span>{pull.behind_seconds === null ? "" : duration(pull.behind_seconds)}</span>
    </span>
  );
}

const Time = ({at, silent}: {at: string | null; silent: boolean}) =>
  <span title={at ? instant(at) : ""}>{moment(at, silent, now.value)}</span>;

function Amount({counts}: {counts: Counts | null}) {
  if (!counts) return <>–</>;
  return (
    <span class="amount">
      <span>{plural(counts.objects, "object")}</span>
      <span>{plural(counts.values, "value")}</span>
      <span>{bytes(counts.bytes)}, {plural(counts.pages, "page")}</span>
    </span>
  );
}
