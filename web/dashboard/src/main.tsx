import {effect} from "@preact/signals";
import {render} from "preact";
import {ConflictView} from "./conflicts";
import {Header, Sentence} from "./header";
import {ForestMap} from "./map";
import {Panel} from "./panel";
import {SignIn} from "./signin";
import {contactNow, model, session, start, view} from "./store";
import {ConnectionTable, ControllerTable} from "./tables";
import {WhatIf} from "./whatif";

function Page() {
  if (session.value === undefined) return <main class="signin"><p>Connecting…</p></main>;
  if (session.value === null) return <SignIn />;
  return (
    <>
      <Header />
      <main>
        <Sentence />
        {view.value === "conflicts" ? <ConflictView /> : (
          <div class="columns">
            <div class="left"><ForestMap />{view.value === "topology" && <Panel />}</div>
            <div class="right">{view.value === "what-if" ? <WhatIf /> : <><ControllerTable /><ConnectionTable /></>}</div>
          </div>
        )}
      </main>
    </>
  );
}

// A tab in the background tells as well.
effect(() => {
  const status = model.value.status;
  const words = contactNow.value === "lost" ? "no contact" : status?.summary;
  document.title = words ? `${words} · Ringspan` : "Ringspan";
});

render(<Page />, document.getElementById("page")!);
void start();
