import {CHANGE_GLYPHS, GLYPHS} from "./glyphs";
import {LABELS, type State} from "./health";
import type {Change} from "./picture";

/** A state's shape; its word always stands beside it, so it is hidden from screen readers. */
export function Icon({state, size = 14}: {state: State; size?: number}) {
  const glyph = GLYPHS[state];
  return (
    <svg class={`icon ${state}${glyph.hollow ? " hollow" : ""}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path class="body" d={glyph.body} />
      <path class="mark" d={glyph.mark} />
    </svg>
  );
}

/** What becomes of a connection; its word stands beside it. */
export function ChangeIcon({change, size = 14}: {change: Change; size?: number}) {
  const glyph = CHANGE_GLYPHS[change];
  return (
    <svg class={`icon ${change}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path class="body" d={glyph.body} />
      <path class="mark" d={glyph.mark} />
    </svg>
  );
}

export function StateWord({state, standby = false, awake = false}: {state: State; standby?: boolean; awake?: boolean}) {
  return (
    <span class={`state ${state}`}>
      <Icon state={state} />
      <span>{LABELS[state]}{awake ? ", took over" : standby ? ", standby" : ""}</span>
    </span>
  );
}
