// The panel of what is selected: a site, a controller, a connection, or the whole forest.

import {CertificatePart} from "./certificate";
import {ConnectionPanel} from "./connection";
import {StateWord} from "./icon";
import {Dn, Fact, Facts, ForceButton, Heading, Scroll, Stops} from "./parts";
import {linkName, type Connection, type ControllerView, type SiteView} from "./picture";
import {ProgressPanel} from "./progress";
import {RolePart} from "./roles";
import {inboundSteps, outboundSteps} from "./spread";
import {forest, model, now, select, selection} from "./store";
import {ago, behind, count, instant, plural, shortContext} from "./words";

export function Panel() {
  return (
    <section class="panel" aria-label="Details">
      <ProgressPanel />
      <Selected />
    </section>
  );
}

function Selected() {
  const chosen = selection.value;
  const {sites, controllers, connections} = forest.value;
  const site = chosen?.kind === "site" ? sites.get(chosen.name) : undefined;
  const controller = chosen?.kind === "controller" ? controllers.get(chosen.name) : undefined;
  const connection = chosen?.kind === "connection" ? connections.get(chosen.name) : undefined;
  if (site) return <SitePanel site={site} />;
  if (controller) return <ControllerPanel controller={controller} />;
  if (connection) return <ConnectionPanel connection={connection} />;
  return <ForestPanel />;
}

function ForestPanel() {
  const plan = model.value.topology?.plan;
  if (!plan) return <p class="hint">Waiting for the topology.</p>;
  const {totals, hops} = plan;
  return (
    <>
      <div class="list-head"><h2><span class="kind">Forest</span> {plan.forest}</h2></div>
      <p class="hint">Select a site, a controller or a connection, on the map or in a table, to see its numbers.</p>
      <Facts>
        <Fact name="Sites">{count(totals.sites)}</Fact>
        <Fact name="Controllers">{count(totals.controllers)}</Fact>
        <Fact name="Connections">{count(totals.connections)} <span class="aside">of {count(totals.full_mesh)} in a full mesh</span></Fact>
        <Fact name="Standby">{count(totals.standby)}</Fact>
        <Fact name="Longest way">{hops ? <>{plural(hops.worst, "hop")} <span class="aside">{hops.from} to {hops.to}</span></> : "–"}</Fact>
        <Fact name="Inbound">{totals.inbound.average.toFixed(1)} on average <span class="aside">most {totals.inbound.most}{totals.inbound.controller ? `, ${totals.inbound.controller}` : ""}</span></Fact>
      </Facts>
      <Scroll label="Naming contexts">
        <table>
          <thead><tr><th scope="col">Naming context</th>{["Replicas", "Connections", "Standby", "Hops", "Cost", "Least cost"].map((title) =>
            <th key={title} scope="col" class="number">{title}</th>)}</tr></thead>
          <tbody>{plan.naming_contexts.map((context) => (
            <tr key={context.dn}>
              <th scope="row"><Dn>{context.dn}</Dn>{context.islands.length > 0 && <span class="error">{plural(context.islands.length, "island")} that no legal path joins</span>}</th>
              <td class="number">{count(context.replicas)}</td><td class="number">{count(context.connections)}</td>
              <td class="number">{count(context.standby)}</td><td class="number">{count(context.hops?.worst)}</td>
              <td class="number">{count(context.cost)}</td><td class="number">{count(context.least_cost)}</td>
            </tr>))}</tbody>
        </table>
      </Scroll>
      <RolePart />
      <CertificatePart plan={plan} />
    </>
  );
}

function SitePanel({site}: {site: SiteView}) {
  const place = site.defined?.coordinates;
  const crossing = [...forest.value.connections.values()].filter((connection) =>
    connection.sourceSite !== connection.destinationSite &&
    (connection.sourceSite === site.name || connection.destinationSite === site.name));
  return (
    <>
      <Heading kind="Site">{site.name} <StateWord state={site.state} /></Heading>
      <Facts>
        <Fact name="Lies at">{place ? `${place.latitude}°, ${place.longitude}°` : "no coordinates given"}</Fact>
        <Fact name="Subnets">{site.defined?.subnets?.join(", ") || "none"}</Fact>
        <Fact name="Controllers">{site.controllers.length === 0 ? "none" : site.controllers.map((controller) => (
          <button key={controller.name} type="button" class="chip" onClick={() => select("controller", controller.name)}>
            {controller.name} <StateWord state={controller.state} />
          </button>))}</Fact>
        <Fact name="Site links">{site.links.length === 0 ? "none" : site.links.map((link) => (
          <span key={linkName(link)} class="line">{linkName(link)} <span class="aside">cost {count(link.cost ?? 100)}, every {link.interval ?? "15m"}, {link.schedule ?? "always"}</span></span>))}</Fact>
      </Facts>
      <Lines title="To and from other sites" connections={crossing} />
    </>
  );
}

function ControllerPanel({controller}: {controller: ControllerView}) {
  const {name, status, defined} = controller;
  const all = [...forest.value.connections.values()];
  const kinds = [defined?.read_only && "read-only", defined?.global_catalog && "global catalog"].filter(Boolean).join(", ");
  return (
    <>
      <Heading kind="Controller">{name} <StateWord state={controller.state} /></Heading>
      {status?.error ? <p class="error">{status.error}</p> : null}
      <Stops stops={controller.stops} />
      {status?.state === "serving" && <div class="actions">
        <ForceButton label="Pull from its sources now" title={`Pulls of ${name}`} steps={inboundSteps(all, name)} />
        <ForceButton label="Spread its changes now" title={`Spread from ${name}`} steps={outboundSteps(all, name)} />
      </div>}
      <Facts>
        <Fact name="Site"><button type="button" class="link" onClick={() => select("site", controller.site)}>{controller.site}</button>{kinds && <span class="aside"> {kinds}</span>}</Fact>
        <Fact name="Answers">{status ? {serving: "serving", filling: "being filled, answers when complete", promoting: "being promoted, takes writes when it holds all", retiring: "being retired, takes no writes", halted: `halted: ${status.error}`, quarantined: "halted: `halted: ${status.error}`, quarantined: its disk was put back; ringspan recover brings it back", silent: "silent", not_joined: "not joined"}[status.state] : "–"}</Fact>
        <Fact name="Address">{status?.address || "–"}</Fact>
        <Fact name="Objects">{count(status?.objects)}</Fact>
        <Fact name="Highest USN">{count(status?.highest_usn)}</Fact>
        <Fact name="Started">{status?.started ? <span title={instant(status.started)}>{ago(status.started, now.value)}</span> : "–"}</Fact>
        <Fact name="Invocation"><code>{status?.invocation ?? "–"}</code></Fact>
      </Facts>
      <Lines title="Pulls from" connections={controller.inbound} />
      <Lines title="Feeds" connections={controller.outbound} />
    </>
  );
}

function Lines({title, connections}: {title: string; connections: Connection[]}) {
  if (connections.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="lines">
        {connections.map((connection) => (
          <li key={connection.key}>
            <button type="button" class="link" onClick={() => select("connection", connection.key)}>
              {connection.destination} <span class="from">from</span> {connection.source}
            </button>
            <StateWord state={connection.state} standby={connection.standby} awake={connection.awake} />
            {connection.behindChanges ? <span class="aside">{behind(connection.behindChanges, connection.behindSeconds)}</span> : null}
            {connection.pulls.filter((pull) => pull.error !== "").slice(0, 1).map((pull) =>
              <span key={pull.naming_context} class="error">{shortContext(pull.naming_context)}: {pull.error}</span>)}
          </li>
        ))}
      </ul>
    </>
  );
}
