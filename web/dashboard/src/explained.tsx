// Why a connection is there, what else could have been, and what hangs on it.

import {signal} from "@preact/signals";
import {useEffect} from "preact/hooks";
import * as api from "./api";
import type {Explanation, Plan} from "./documents";
import {pathWords, routeWords, ruleWords, runnerUpWords, withoutWords} from "./explanation";
import type {Connection} from "./picture";
import {Fact, Facts} from "./parts";
import {model} from "./store";

const explanation = signal<Explanation | null>(null);
const failure = signal("");

/** Only the last question's answer counts. */
let asked = 0;

async function load(destination: string, source: string): Promise<void> {
  const question = ++asked;
  explanation.value = null;
  failure.value = "";
  try {
    const {directions} = await api.explain(destination, source);
    if (question === asked) explanation.value = directions[0] ?? null;
  } catch (error) {
    if (question === asked) failure.value = (error as Error).message;
  }
}

export function Explained({connection: {destination, source}}: {connection: Connection}) {
  const topology = model.value.topology;
  const plan: Plan | undefined = topology?.plan;
  useEffect(() => void load(destination, source), [destination, source, plan]);
  const why = explanation.value;
  const links = topology?.forest.links ?? [];
  return (
    <section aria-labelledby="why-heading">
      <h3 id="why-heading">{why?.connections.length === 0 ? "Why the plan has it not" : "Why it is there"}</h3>
      {failure.value !== "" && <p class="error" role="alert">{failure.value}</p>}
      {why === null && failure.value === "" && <p class="hint">Being asked.</p>}
      {why?.connections.map((one) => (
        <Facts key={String(one.standby)}>
          <Fact name={one.standby ? "Rule of the standby" : "Rule"}><code>{one.rule}</code>: {ruleWords(one)}</Fact>
          <Fact name="Path, with costs">{pathWords(one.path, one.cost, links)}</Fact>
          {!one.standby && <Price why={why} />}
        </Facts>
      ))}
      {why?.connections.length === 0 && <p>{routeWords(why)}</p>}
    </section>
  );
}

function Price({why}: {why: Explanation}) {
  const [runnerUp, without] = [runnerUpWords(why), withoutWords(why)];
  return (
    <>
      {runnerUp !== null && <Fact name="Runner-up">{runnerUp}</Fact>}
      {without !== null && <Fact name="Without it">{without}</Fact>}
    </>
  );
}
