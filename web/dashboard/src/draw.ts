// Draws a scene on a canvas. Colours come from the style sheet, so that light and dark, and the grey
// of a silent server, are decided in one place.

import {LABELS, STATES, type State} from "./health";
import {CHANGE_GLYPHS, GLYPHS, type Glyph} from "./glyphs";
import type {Point} from "./layout";
import type {Change} from "./picture";
import {behind} from "./words";
import type {Place, Scene, Stroke, Target, View} from "./scene";

export interface Palette {
  states: Record<State, string>;
  onState: string;
  paper: string;
  ink: string;
  faint: string;
  water: string;
  land: string;
  border: string;
  link: string;
  font: string;
}

export interface Ground {
  sphere: Path2D;
  land: Path2D;
  borders: Path2D;
  graticule: Path2D;
}

export interface Frame {
  width: number;
  height: number;
  ratio: number;
  view: View;
  ground: Ground | null;
  scene: Scene;
  selected: Target;
  hovered: Target;
  palette: Palette;
}

interface Shape {
  body: Path2D | null;
  mark: Path2D | null;
  hollow: boolean;
}

const shapes = <Name extends string>(glyphs: Record<Name, Glyph>): Record<Name, Shape> =>
  Object.fromEntries(Object.entries<Glyph>(glyphs).map(([name, glyph]): [string, Shape] => [name, {
    body: typeof Path2D === "undefined" ? null : new Path2D(glyph.body),
    mark: typeof Path2D === "undefined" ? null : new Path2D(glyph.mark),
    hollow: glyph.hollow,
  }])) as Record<Name, Shape>;
const STATE_SHAPES = shapes(GLYPHS);
const CHANGE_SHAPES = shapes(CHANGE_GLYPHS);

/** Colour, width and dashes of what becomes of a connection; each has a shape of its own besides. */
const CHANGE_STROKES: Record<Change, {colour: State; width: number; dash: number[]}> = {
  added: {colour: "in_step", width: 3.2, dash: []},
  removed: {colour: "failing", width: 2, dash: [1, 6]},
  becomes_primary: {colour: "catching_up", width: 2.6, dash: []},
  becomes_standby: {colour: "catching_up", width: 1.8, dash: [6, 6]},
  changed: {colour: "catching_up", width: 2, dash: [12, 4, 2, 4]},
};

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    states: Object.fromEntries(STATES.map((state) => [state, read(`--${state.replace("_", "-")}`)])) as Record<State, string>,
    onState: read("--on-state"), paper: read("--paper"), ink: read("--ink"), faint: read("--faint"),
    water: read("--water"), land: read("--land"), border: read("--border"), link: read("--link"),
    font: style.fontFamily,
  };
}

export function draw(context: CanvasRenderingContext2D, frame: Frame): void {
  const {ratio, palette, scene} = frame;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, frame.width, frame.height);
  if (frame.ground) drawGround(context, frame, frame.ground);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = palette.link;
  context.lineWidth = 7 * scene.scale;
  for (const [a, b] of scene.links) trace(context, [a, b]);
  for (const place of scene.places) drawPlace(context, frame, place);
  for (const stroke of scene.strokes) drawStroke(context, frame, stroke);
  for (const marker of scene.markers) {
    const chosen = same(frame.selected, marker.kind, marker.name) || same(frame.hovered, marker.kind, marker.name);
    if (chosen) ring(context, marker.at, marker.radius + 5, palette.ink, 2);
    if (marker.cutOff) {
      context.setLineDash([3, 3]);
      ring(context, marker.at, marker.radius + 4, palette.states.failing, 2.4);
      context.setLineDash([]);
    }
    drawGlyph(context, palette, STATE_SHAPES[marker.state], palette.states[marker.state], marker.at, marker.radius);
  }
  drawLabels(context, frame);
}

function drawGround(context: CanvasRenderingContext2D, frame: Frame, ground: Ground): void {
  const {ratio, view, palette} = frame;
  context.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
  context.fillStyle = palette.water;
  context.fill(ground.sphere);
  context.lineWidth = 0.6 / view.k;
  context.strokeStyle = palette.link;
  context.stroke(ground.graticule);
  context.fillStyle = palette.land;
  context.fill(ground.land);
  context.strokeStyle = palette.border;
  context.stroke(ground.borders);
}

const same = (target: Target, kind: string, name: string) => target?.kind === kind && target.name === name;

const touches = (target: Target, stroke: Stroke) => target !== null && stroke.connections.some((connection) =>
  same(target, "connection", connection.key) ||
  same(target, "controller", connection.destination) || same(target, "controller", connection.source) ||
  same(target, "site", connection.destinationSite) || same(target, "site", connection.sourceSite));

function drawStroke(context: CanvasRenderingContext2D, frame: Frame, stroke: Stroke): void {
  const {palette} = frame;
  const chosen = stroke.connections.some((connection) =>
    same(frame.selected, "connection", connection.key) || same(frame.hovered, "connection", connection.key));
  const bold = chosen || touches(frame.selected, stroke);
  if (chosen) {
    context.strokeStyle = palette.ink;
    context.lineWidth = 6;
    context.globalAlpha = 0.25;
    trace(context, stroke.line);
    context.globalAlpha = 1;
  }
  if (frame.scene.proposal) return drawProposed(context, frame, stroke, bold);
  context.strokeStyle = context.fillStyle = palette.states[stroke.state];
  context.lineWidth = (stroke.standby ? 1.4 : 2) * frame.scene.scale + (bold ? 1 : 0);
  context.setLineDash(stroke.standby ? [6, 6] : stroke.state === "unknown" ? [1, 5] : []);
  trace(context, stroke.line);
  context.setLineDash([]);
  arrow(context, stroke.line, (bold ? 8.5 : 7) * frame.scene.scale);
  if (stroke.state !== "in_step" && stroke.state !== "not_joined" && stroke.line.length > 4) {
    drawGlyph(context, palette, STATE_SHAPES[stroke.state], palette.states[stroke.state], middle(stroke), 6.5 * frame.scene.scale);
  }
}

const middle = ({line}: Stroke): Point => line[Math.floor(line.length / 2)]!;

/** What stays is faint; what does not has a stroke and a shape by what becomes of it. */
function drawProposed(context: CanvasRenderingContext2D, frame: Frame, stroke: Stroke, bold: boolean): void {
  const {palette, scene} = frame;
  const how = stroke.change === null ? null : CHANGE_STROKES[stroke.change];
  const colour = how ? palette.states[how.colour] : palette.faint;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = (how?.width ?? 1.1) * scene.scale + (bold ? 1 : 0);
  context.setLineDash(how?.dash ?? (stroke.standby ? [6, 6] : []));
  if (stroke.change === "added" && stroke.standby) context.setLineDash([9, 6]);
  trace(context, stroke.line);
  context.setLineDash([]);
  arrow(context, stroke.line, (how ? 9 : 6) * scene.scale);
  if (stroke.change === null || stroke.line.length < 5) return;
  drawGlyph(context, palette, CHANGE_SHAPES[stroke.change], colour, middle(stroke), 7 * scene.scale);
}

function trace(context: CanvasRenderingContext2D, line: Point[]): void {
  context.beginPath();
  line.forEach(([x, y], at) => (at === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.stroke();
}

/** The head points at who pulls. */
function arrow(context: CanvasRenderingContext2D, line: Point[], size: number): void {
  const tip = line[line.length - 1];
  const before = line[line.length - 2];
  if (!tip || !before) return;
  const angle = Math.atan2(tip[1] - before[1], tip[0] - before[0]);
  context.beginPath();
  context.moveTo(tip[0], tip[1]);
  for (const side of [-0.45, 0.45]) {
    context.lineTo(tip[0] - size * Math.cos(angle + side), tip[1] - size * Math.sin(angle + side));
  }
  context.closePath();
  context.fill();
}

function ring(context: CanvasRenderingContext2D, [x, y]: Point, radius: number, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function drawGlyph(context: CanvasRenderingContext2D, palette: Palette, {body, mark, hollow}: Shape, colour: string, [x, y]: Point, radius: number): void {
  if (!body || !mark) return;
  const scale = radius / 8;
  context.save();
  context.translate(x - radius, y - radius);
  context.scale(scale, scale);
  context.lineWidth = 5;
  context.strokeStyle = palette.paper; // a margin that lifts it off the lines
  context.stroke(body);
  context.fillStyle = hollow ? palette.paper : colour;
  context.fill(body);
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.stroke(body);
  if (!hollow) context.strokeStyle = palette.onState;
  context.lineWidth = 1.9;
  context.stroke(mark);
  context.restore();
}

/** The ground under a site's controllers; dashed where its place on the map means nothing. */
function drawPlace(context: CanvasRenderingContext2D, frame: Frame, place: Place): void {
  const {palette, scene} = frame;
  if (!scene.detailed && !place.placed) return;
  const chosen = same(frame.selected, "site", place.name) || same(frame.hovered, "site", place.name);
  if (scene.detailed) {
    context.globalAlpha = 0.7;
    context.fillStyle = palette.paper;
    context.beginPath();
    context.arc(place.at[0], place.at[1], place.radius, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
  }
  context.setLineDash(place.placed ? [3, 4] : []);
  ring(context, place.at, place.radius + (scene.detailed ? 0 : 4), chosen ? palette.ink : palette.faint, chosen ? 2 : 1);
  context.setLineDash([]);
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Trouble and the selection first; a label that would cover another is left out. */
function drawLabels(context: CanvasRenderingContext2D, frame: Frame): void {
  const {scene, palette} = frame;
  const taken: Box[] = [];
  const weight = (place: Place) =>
    (same(frame.hovered, "site", place.name) || same(frame.selected, "site", place.name) ? 100 : 0) +
    (place.cutOff > 0 ? 50 : 0) + STATES.indexOf(place.state) + Math.min(place.controllers, 9) / 10;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const place of [...scene.places].sort((a, b) => weight(b) - weight(a))) {
    const [x, y] = place.at;
    if (x < -60 || y < -60 || x > frame.width + 60 || y > frame.height + 60) continue;
    const top = y + place.radius + 5;
    const words = placeWords(place, scene.proposal);
    context.font = `600 13px ${palette.font}`;
    const half = Math.max(context.measureText(place.name).width, words.length * 7) / 2 + 3;
    const box = {left: x - half, right: x + half, top, bottom: top + (words ? 31 : 16)};
    if (weight(place) < 100 && taken.some((other) => overlap(other, box))) continue;
    taken.push(box);
    written(context, palette, place.name, x, top, palette.ink);
    if (words === "") continue;
    context.font = `500 12px ${palette.font}`;
    written(context, palette, words, x, top + 16, palette.states[scene.proposal ? "failing" : place.state]);
  }
  for (const {at: [x, y], radius} of scene.markers) {
    taken.push({left: x - radius, right: x + radius, top: y - radius, bottom: y + radius});
  }
  if (scene.proposal) return;
  for (const stroke of scene.strokes) drawAmount(context, frame, stroke, taken);
}

function placeWords({state, cutOff, controllers}: Place, proposal: boolean): string {
  if (!proposal) return state === "in_step" ? "" : LABELS[state];
  if (cutOff === 0) return "";
  return cutOff === controllers ? "cut off" : `${cutOff} of ${controllers} cut off`;
}

/** By how much, beside the line, where it is known and there is room. */
function drawAmount(context: CanvasRenderingContext2D, frame: Frame, stroke: Stroke, taken: Box[]): void {
  if (!["behind", "paused", "catching_up"].includes(stroke.state)) return;
  const late = stroke.connections.find((connection) => connection.state === stroke.state);
  if (!late || stroke.line.length === 0) return;
  const [x, y] = middle(stroke);
  const words = behind(late.behindChanges, late.behindSeconds);
  context.font = `500 12px ${frame.palette.font}`;
  const half = context.measureText(words).width / 2;
  const box = {left: x - half, right: x + half, top: y + 9, bottom: y + 24};
  if (taken.some((other) => overlap(other, box))) return;
  taken.push(box);
  written(context, frame.palette, words, x, y + 10, frame.palette.states[stroke.state]);
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function written(context: CanvasRenderingContext2D, palette: Palette, words: string, x: number, y: number, colour: string): void {
  context.strokeStyle = palette.paper;
  context.lineWidth = 4;
  context.strokeText(words, x, y);
  context.fillStyle = colour;
  context.fillText(words, x, y);
}
