// One shape for each state, in a box of 16 by 16, for the map and for text alike: who cannot tell
// the colours apart still sees circle, triangle, octagon, diamond and square.

import type {State} from "./health";
import type {Change} from "./picture";

export interface Glyph {
  body: string;
  mark: string;
  /** Hollow: nothing is known for sure. */
  hollow: boolean;
}

const CIRCLE = "M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14Z";

export const GLYPHS: Record<State, Glyph> = {
  in_step: {body: CIRCLE, mark: "M4.8 8.3l2.2 2.2l4.2-4.6", hollow: false},
  catching_up: {body: CIRCLE, mark: "M8 11.6V4.8M5 7.6l3-3l3 3", hollow: false},
  behind: {body: "M8 .8l7.6 13.9H.4Z", mark: "M8 6v4.2M8 12.3v.2", hollow: false},
  paused: {body: "M3.5 1.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z", mark: "M6 5v6M10 5v6", hollow: false},
  failing: {body: "M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5Z", mark: "M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2", hollow: false},
  silent: {body: "M8 .3L15.7 8L8 15.7L.3 8Z", mark: "M5 8h6", hollow: false},
  unknown: {body: CIRCLE, mark: "M6 6.3a2 2 0 1 1 2.9 1.7c-.6.3-.9.7-.9 1.3M8 11.4v.2", hollow: true},
  not_joined: {body: "M2 2h12v12H2Z", mark: "M8 5v6M5 8h6", hollow: true},
};

/** What becomes of a connection: a plus in a circle, a minus in a square, an arrow in a diamond. */
export const CHANGE_GLYPHS: Record<Change, Glyph> = (() => {
  const arrow = {body: "M8 .3L15.7 8L8 15.7L.3 8Z", mark: "M4.5 8h6M8.2 5.5L10.8 8L8.2 10.5", hollow: false};
  return {
    added: {body: CIRCLE, mark: "M8 4.4v7.2M4.4 8h7.2", hollow: false},
    removed: {body: "M2 2h12v12H2Z", mark: "M4.8 8h6.4", hollow: false},
    becomes_primary: arrow, becomes_standby: arrow, changed: arrow,
  };
})();
