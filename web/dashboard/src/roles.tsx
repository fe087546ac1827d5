// Who has which single-master role, and whether it acts.

import type {RoleStatus} from "./documents";
import {Dn, Scroll} from "./parts";
import {model, now} from "./store";
import {ago} from "./words";

const STATES: Record<RoleStatus["state"], string> = {
  effective: "acts",
  catching_up: "has heard no partner yet",
  handing_over: "being handed over",
  without_lease: "has no lease of the fence",
  quarantined: "is quarantined",
  silent: "cannot be asked",
  removed: "removed",
  unknown: "unknown",
};

/** One sentence for each who takes another for the owner. */
export const opinions = (role: RoleStatus): string[] => role.opinions.map((other) =>
  `${other.controller} takes ${other.owner} for its owner (epoch ${other.epoch.counter})${other.acts ? " and acts as such" : ""}`);

export function RolePart() {
  const roles = model.value.status?.roles ?? [];
  if (roles.length === 0) return null;
  return (
    <Scroll label="Roles">
      <table>
        <thead><tr><th scope="col">Role</th><th scope="col">Of</th><th scope="col">Owner</th><th scope="col" class="number">Epoch</th><th scope="col">Since</th><th scope="col">State</th></tr></thead>
        <tbody>{roles.map((role) => (
          <tr key={`${role.role} ${role.naming_context}`}>
            <th scope="row">{role.role}</th>
            <td><Dn>{role.naming_context}</Dn></td>
            <td>{role.owner ?? "–"}{opinions(role).map((words) => <span key={words} class="error">{words}</span>)}</td>
            <td class="number">{role.epoch?.counter ?? "–"}</td>
            <td>{role.since === null ? "–" : ago(role.since, now.value)}</td>
            <td class={role.state === "effective" ? "" : "error"}>{STATES[role.state]}</td>
          </tr>))}</tbody>
      </table>
    </Scroll>
  );
}
