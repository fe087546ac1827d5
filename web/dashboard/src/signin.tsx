// Shown without a session.

import {useState} from "preact/hooks";
import {signIn, signInError} from "./store";

export function SignIn() {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    await signIn(codeOf(code));
    setBusy(false);
  };
  return (
    <main class="signin">
      <h1>Ringspan</h1>
      <p>Run <code>ringspan page</code> where the controller's data lies. It prints a link that signs you in; its code works once, for five minutes.</p>
      <form onSubmit={(event) => void submit(event)}>
        <label for="code">Code or link</label>
        <input id="code" name="code" type="text" autocomplete="off" spellcheck={false} required value={code}
          aria-describedby="signin-error" onInput={(event) => setCode(event.currentTarget.value)} />
        <button type="submit" class="force" disabled={busy || code.trim() === ""}>Sign in</button>
      </form>
      <p id="signin-error" class="error" role="alert">{signInError.value}</p>
    </main>
  );
}

/** People paste the whole link. */
export function codeOf(text: string): string {
  const hash = text.indexOf("#");
  const fragment = hash < 0 ? null : new URLSearchParams(text.slice(hash + 1)).get("code");
  return (fragment ?? text).trim();
}
