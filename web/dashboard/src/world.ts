// The bundled map of the world, fetched once and projected anew for each layout.

import {geoGraticule10, geoPath, type GeoProjection} from "d3-geo";
import {feature, mesh} from "topojson-client";
import type {GeometryCollection, Topology} from "topojson-specification";
import type {Ground} from "./draw";

type Atlas = Topology<{countries: GeometryCollection; land: GeometryCollection}>;

let atlas: Promise<Atlas | null> | null = null;

/** Null where it cannot be had; the sites are drawn without it then. */
export function loadAtlas(): Promise<Atlas | null> {
  atlas ??= fetch("/countries-110m.json")
    .then((answer) => (answer.ok ? (answer.json() as Promise<Atlas>) : null))
    .catch(() => null);
  return atlas;
}

export function projectGround(world: Atlas, projection: GeoProjection): Ground {
  const project = (geometry: Parameters<ReturnType<typeof geoPath>>[0]) => {
    const path = new Path2D();
    geoPath(projection, path as unknown as CanvasRenderingContext2D)(geometry);
    return path;
  };
  return {
    sphere: project({type: "Sphere"}),
    graticule: project(geoGraticule10()),
    land: project(feature(world, world.objects.land)),
    borders: project(mesh(world, world.objects.countries, (a, b) => a !== b)),
  };
}
