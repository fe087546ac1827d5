// What the plan is worth: which losses it survives, and what it costs.

import {signal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import * as api from "./api";
import type {Certificate, Plan} from "./documents";
import {Fact, Facts, Scroll} from "./parts";
import {byTraffic, costWords, delayWords, hopsAfterLoss, listed, lossWords, remedyWords, survival} from "./worth";
import {count, plural} from "./words";

const MOST_ROWS = 20;

const certificate = signal<Certificate | null>(null);
const failure = signal("");

/** Only the newest plan's answer counts. */
let asked = 0;

/** The feed's plans come without it. */
async function load(plan: Plan): Promise<void> {
  const question = ++asked;
  failure.value = "";
  certificate.value = plan.certificate ?? null;
  if (certificate.value !== null) return;
  try {
    const answer = await api.topology();
    if (question === asked) certificate.value = answer.plan.certificate ?? null;
  } catch (error) {
    if (question === asked) failure.value = (error as Error).message;
  }
}

export function CertificatePart({plan}: {plan: Plan}) {
  useEffect(() => void load(plan), [plan]);
  const found = certificate.value;
  return (
    <section aria-labelledby="certificate-heading">
      <h3 id="certificate-heading">What the plan is worth</h3>
      {failure.value !== "" && <p class="error" role="alert">{failure.value}</p>}
      {found === null && failure.value === "" && <p class="hint">Being worked out.</p>}
      {found && <Certified plan={plan} certificate={found} />}
    </section>
  );
}

function Certified({plan, certificate: found}: {plan: Plan; certificate: Certificate}) {
  return (
    <>
      <Facts>
        <Fact name="Survives">{survival(found)}</Fact>
        <Fact name="Longest way after a loss">{hopsAfterLoss(found)}</Fact>
        <Fact name="Cost">{costWords(plan.naming_contexts)}</Fact>
        <Fact name="Price of standbys">{count(found.standby_cost)} <span class="aside">of cost between sites that only standbys join</span></Fact>
        <Fact name="Delay by schedules and polls">{delayWords(found)}</Fact>
      </Facts>
      <Cuts certificate={found} />
      <Traffic certificate={found} />
    </>
  );
}

function Cuts({certificate: {cuts}}: {certificate: Certificate}) {
  if (cuts.length === 0) return null;
  return (
    <>
      <h4>{plural(cuts.length, "loss", "losses")} that cut someone off</h4>
      <ul class="lines">
        {cuts.slice(0, MOST_ROWS).map((cut) => (
          <li key={lossWords(cut.loss)}>
            <span><strong>{lossWords(cut.loss)}</strong> cuts off {listed(cut.apart)}</span>
            <span class="aside">remedy: {remedyWords(cut.remedy)}</span>
          </li>
        ))}
      </ul>
      {cuts.length > MOST_ROWS && <p class="hint">And {cuts.length - MOST_ROWS} more; <code>ringspan plan</code> has them all.</p>}
    </>
  );
}

function Traffic({certificate: found}: {certificate: Certificate}) {
  const rows = byTraffic(found);
  if (rows.length === 0) return null;
  return (
    <>
      <Scroll label="Traffic">
        <table>
          <caption>How often one change crosses each site link, on average</caption>
          <thead><tr><th scope="col">Site link</th><th scope="col" class="number">As planned</th><th scope="col" class="number">In a full mesh</th></tr></thead>
          <tbody>{rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={row.link}><th scope="row">{row.link}</th><td class="number">{row.planned.toFixed(2)}</td><td class="number">{row.full_mesh.toFixed(2)}</td></tr>))}</tbody>
        </table>
      </Scroll>
      {rows.length > MOST_ROWS && <p class="hint">And {plural(rows.length - MOST_ROWS, "more link")}.</p>}
    </>
  );
}
