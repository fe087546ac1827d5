// The top of the page: the sentence, whether it may still be believed, and who is signed in.

import type {Status} from "./documents";
import type {State} from "./health";
import {Icon} from "./icon";
import {Unbroken} from "./parts";
import {contactNow, model, session, signOut, tick, view, type View} from "./store";
import {duration} from "./words";

const HEALTH: Record<Status["health"], State> = {
  well: "in_step", paused: "paused", behind: "behind", failing: "failing",
};

export function Header() {
  const who = session.value;
  return (
    <header class="top">
      <div class="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <circle cx="12" cy="16" r="7.5" /><circle cx="20" cy="16" r="7.5" />
        </svg>
        <h1>Ringspan{who ? <span class="of"> · {who.forest}</span> : null}</h1>
      </div>
      <nav aria-label="Views">
        <ViewButton name="topology">Topology</ViewButton>
        <ViewButton name="what-if">What if</ViewButton>
        <ViewButton name="conflicts">Conflicts</ViewButton>
      </nav>
      <div class="who">
        <Contact />
        {who && <span class="person">{who.person}, {who.role} at {who.controller}</span>}
        {who && <button type="button" onClick={() => void signOut()}>Sign out</button>}
      </div>
    </header>
  );
}

function ViewButton({name, children}: {name: View; children: string}) {
  return (
    <button type="button" class="tab" aria-current={view.value === name ? "page" : undefined} onClick={() => (view.value = name)}>
      {children}
    </button>
  );
}

/** Ages tick here, outside the live region, which would otherwise speak each second. */
function Contact() {
  const age = model.value.heardAt === null ? null : (tick.value - model.value.heardAt) / 1000;
  const words = {waiting: "Connecting", live: "Live", lost: "No contact"}[contactNow.value];
  return (
    <span class={`contact ${contactNow.value}`}>
      <span class="dot" aria-hidden="true" />
      {words}{age === null ? "" : contactNow.value === "live" ? "" : ` for ${duration(age)}`}
    </span>
  );
}

export function Sentence() {
  const status = model.value.status;
  const server = session.value?.controller ?? "the server";
  const state: State = contactNow.value === "live" && status ? HEALTH[status.health] : "unknown";
  let words = `Waiting for word from ${server}.`;
  if (contactNow.value === "lost") words = `${server} is silent: nothing below is known to be true any more.`;
  else if (status) words = status.summary;
  const age = model.value.clock === null ? null : (tick.value - model.value.clock.local) / 1000;
  return (
    <div class={`sentence ${state}`}>
      <Icon state={state} size={26} />
      <div>
        <p class="words" role="status" aria-live="polite"><Unbroken text={words} /></p>
        {contactNow.value === "lost" && status && age !== null &&
          <p class="last">Last heard {duration(age)} ago: {status.summary} Trying again.</p>}
      </div>
    </div>
  );
}
