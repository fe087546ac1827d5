// The tables beside the map: the same controllers and connections, trouble first. Each row's name is
// a button; arrow keys move between them, so that a table is one stop for the tab key.

import {signal, type Signal} from "@preact/signals";
import type {ComponentChildren} from "preact";
import {StateWord} from "./icon";
import {Pair} from "./parts";
import {byTrouble, type Connection, type ControllerView} from "./picture";
import {forest, now, select, selection} from "./store";
import {behind, count, moment, plural} from "./words";

const MOST_ROWS = 300; // the filter finds the others

/** Moves the focus among the row buttons of one table. */
function rove(event: KeyboardEvent): void {
  const table = event.currentTarget as HTMLElement;
  const buttons = [...table.querySelectorAll<HTMLButtonElement>("tbody button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1}[event.key];
  const button = at < 0 || to === undefined ? undefined : buttons[to];
  if (!button) return;
  event.preventDefault();
  buttons[at]!.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}

interface Column<T> {
  title: string;
  numeric?: boolean;
  cell(row: T): ComponentChildren;
}

interface TableProps<T> {
  title: string;
  kind: "controller" | "connection";
  rows: T[];
  columns: Column<T>[];
  filter: Signal<string>;
  id(row: T): string;
  name(row: T): ComponentChildren;
  text(row: T): string;
}

function Table<T>({title, kind, rows, columns, filter, id, name, text}: TableProps<T>) {
  const wanted = filter.value.trim().toLowerCase();
  const found = wanted === "" ? rows : rows.filter((row) => text(row).toLowerCase().includes(wanted));
  const shown = found.slice(0, MOST_ROWS);
  const chosen = selection.value?.kind === kind ? selection.value.name : null;
  const stop = shown.some((row) => id(row) === chosen) ? chosen : shown[0] ? id(shown[0]) : null;
  const heading = `${kind}s-heading`;
  return (
    <section class="list" aria-labelledby={heading}>
      <div class="list-head">
        <h2 id={heading}>{title} <span class="many">{count(rows.length)}</span></h2>
        {rows.length > 8 && <input type="search" placeholder="Filter" aria-label={`Filter ${title.toLowerCase()}`}
          value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />}
      </div>
      <div class="scroll">
        <table onKeyDown={rove}>
          <thead>
            <tr><th scope="col">{title.slice(0, -1)}</th>{columns.map((column) =>
              <th key={column.title} scope="col" class={column.numeric ? "number" : ""}>{column.title}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={id(row)} class={id(row) === chosen ? "chosen" : ""} onClick={() => select(kind, id(row))}>
                <th scope="row">
                  <button type="button" class="row" tabIndex={id(row) === stop ? 0 : -1}
                    aria-pressed={id(row) === chosen}>{name(row)}</button>
                </th>
                {columns.map((column) =>
                  <td key={column.title} class={column.numeric ? "number" : ""}>{column.cell(row)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
        {found.length > shown.length && <p class="more">{plural(found.length - shown.length, "more row")}: filter to see them.</p>}
        {found.length === 0 && <p class="more">None{wanted === "" ? "" : " that match"}.</p>}
      </div>
    </section>
  );
}

const controllerFilter = signal("");
const connectionFilter = signal("");

export function ControllerTable() {
  const rows = byTrouble(forest.value.controllers.values(), (row: ControllerView) => row.name);
  return <Table title="Controllers" kind="controller" rows={rows} filter={controllerFilter}
    id={(row) => row.name} name={(row) => row.name} text={(row) => `${row.name} ${row.site} ${row.state}`}
    columns={[
      {title: "Site", cell: (row) => row.site},
      {title: "State", cell: (row) => <StateWord state={row.state} />},
      {title: "Objects", numeric: true, cell: (row) => count(row.status?.objects)},
      {title: "USN", numeric: true, cell: (row) => count(row.status?.highest_usn)},
    ]} />;
}

const lastSuccess = (row: Connection): string | null =>
  row.pulls.map((pull) => pull.last_success).sort((a, b) => (a ?? "").localeCompare(b ?? ""))[0] ?? null;

/** Its puller could not be asked. */
const isSilent = (row: Connection): boolean => row.pulls.every((pull) => pull.state === "silent");

export function ConnectionTable() {
  const rows = byTrouble(forest.value.connections.values(), (row: Connection) => `${row.destination} ${row.source}`);
  return <Table title="Connections" kind="connection" rows={rows} filter={connectionFilter}
    id={(row) => row.key} text={(row) => `${row.destination} ${row.source} ${row.state}`}
    name={(row) => <Pair connection={row} />}
    columns={[
      {title: "State", cell: (row) => <StateWord state={row.state} standby={row.standby} awake={row.awake} />},
      {title: "Behind", numeric: true, cell: (row) => behind(row.behindChanges, row.behindSeconds)},
      {title: "Last success", numeric: true, cell: (row) => moment(lastSuccess(row), isSilent(row), now.value)},
    ]} />;
}
