// The map: a canvas that is drawn when something changed, with d3-zoom for panning and zooming. What
// it shows stands in the tables as well, for keyboards and screen readers.

import {effect} from "@preact/signals";
import {select as d3Select} from "d3-selection";
import {zoom as d3Zoom, zoomIdentity, type ZoomBehavior} from "d3-zoom";
import {useEffect, useRef} from "preact/hooks";
import {draw, readPalette, type Ground, type Palette} from "./draw";
import {layout, type Layout} from "./layout";
import {Legend, ProposalLegend, TrialBar} from "./legend";
import {buildScene, under, type Scene, type Target, type View} from "./scene";
import {contactNow, model, selection} from "./store";
import {shown} from "./trial";
import {loadAtlas, projectGround} from "./world";

interface Controls {
  zoomBy(factor: number): void;
  fit(): void;
}

/** Everything between the canvas and the signals; returns what ends it. */
function run(canvas: HTMLCanvasElement, controls: {current: Controls | null}): () => void {
  const context = canvas.getContext("2d", {willReadFrequently: true})!; // software GL is slower than none
  let size = {width: 0, height: 0, ratio: 1};
  let view: View = {x: 0, y: 0, k: 1};
  let plan: {forest: unknown; layout: Layout; ground: Ground | null} | null = null;
  let scene: Scene | null = null;
  let palette: Palette | null = null;
  let hovered: Target = null;
  let wanted = 0;

  const later = () => {
    wanted ||= requestAnimationFrame(() => {
      wanted = 0;
      paint();
    });
  };

  const paint = () => {
    const topology = model.peek().topology;
    if (!topology || size.width === 0) return;
    if (plan?.forest !== topology.forest) {
      plan = {forest: topology.forest, ground: null,
        layout: layout(topology.forest.sites, topology.forest.links ?? [], size.width, size.height)};
      const made = plan;
      const projection = plan.layout.projection;
      if (projection) {
        void loadAtlas().then((world) => {
          if (world) made.ground = projectGround(world, projection);
          later();
        });
      }
    }
    palette ??= readPalette(canvas);
    scene = buildScene(shown.peek(), plan.layout, view);
    draw(context, {...size, view, scene, palette, ground: plan.ground, hovered, selected: selection.peek()});
  };

  const behaviour: ZoomBehavior<HTMLCanvasElement, unknown> = d3Zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.5, 40])
    .clickDistance(5)
    .on("zoom", (event: {transform: View}) => {
      view = event.transform;
      later();
    });
  const surface = d3Select(canvas).call(behaviour).on("dblclick.zoom", null);
  controls.current = {
    zoomBy: (factor) => behaviour.scaleBy(surface, factor),
    fit: () => behaviour.transform(surface, zoomIdentity),
  };

  const at = (event: MouseEvent): Target => (scene ? under(scene, [event.offsetX, event.offsetY]) : null);
  surface.on("click", (event: MouseEvent) => (selection.value = at(event)));
  surface.on("mousemove", (event: MouseEvent) => {
    const target = at(event);
    if (target?.kind === hovered?.kind && target?.name === hovered?.name) return;
    hovered = target;
    canvas.classList.toggle("pointing", target !== null);
    later();
  });
  surface.on("mouseleave", () => {
    hovered = null;
    later();
  });

  const observer = new ResizeObserver(() => {
    const {clientWidth: width, clientHeight: height} = canvas;
    const ratio = window.devicePixelRatio || 1;
    if (width === size.width && height === size.height && ratio === size.ratio) return;
    size = {width, height, ratio};
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    plan = null;
    paint(); // at once: a resized canvas is blank
  });
  observer.observe(canvas);
  const recolour = () => {
    palette = null;
    later();
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", recolour);
  const stop = effect(() => {
    shown.value;
    selection.value;
    contactNow.value;
    later();
  });
  return () => {
    stop();
    observer.disconnect();
    dark.removeEventListener("change", recolour);
    cancelAnimationFrame(wanted);
  };
}

export function ForestMap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const controls = useRef<Controls | null>(null);
  useEffect(() => (canvas.current ? run(canvas.current, controls) : undefined), []);
  const {sites, connections, proposal} = shown.value;
  const placed = (model.value.topology?.forest.sites ?? []).filter((site) => !site.coordinates).length;
  return (
    <section class="map" aria-label="Map">
      {proposal && <TrialBar />}
      <canvas ref={canvas} role="img" aria-label={
        `Map of ${sites.size} sites and ${connections.size} connections. ${proposal ? "The list of differences says" : "The tables list"} the same.`} />
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => controls.current?.zoomBy(1.6)}>+</button>
        <button type="button" aria-label="Zoom out" onClick={() => controls.current?.zoomBy(1 / 1.6)}>−</button>
        <button type="button" aria-label="Show the whole forest" onClick={() => controls.current?.fit()}>⤢</button>
      </div>
      {proposal ? <ProposalLegend picture={shown.value} /> : <Legend picture={shown.value} placed={placed} />}
    </section>
  );
}
