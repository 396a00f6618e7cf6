/** Vector tiles: where they are, how they are read. */

import MVT from "ol/format/MVT";
import { get as projectionOf } from "ol/proj";
import RenderFeature from "ol/render/Feature";
import VectorTileSource from "ol/source/VectorTile";
import type Tile from "ol/Tile";
import { createXYZ } from "ol/tilegrid";
import VectorTile from "ol/VectorTile";
import type { Period } from "../time/period";
import { type Box, bordersOf } from "./borders";
import type { Fetching } from "./fetching";
import type { DrawnGrid } from "./grids";

/** Tiles of 512 px: a quarter of the requests, and their margin of 8 px holds a whole sign. */
const TILE_PIXELS = 512;
/** Deeper than this, tiles are enlarged: 4096 steps over 512 px leave room for three more zooms. */
const DEEPEST = 16;
/** From here on the server gives every incident, below it thins them. */
export const INCIDENTS_FROM = 13;

/** The property that tells a tile's borders from its cells. */
export const BORDERS = "borders";

type Features = RenderFeature[];

function source(url: string, minZoom: number, layer: string, fetching: Fetching, finish: (features: Features, tile: Box) => Features) {
  const format = new MVT<RenderFeature>({ layers: [layer], featureClass: RenderFeature });
  const made: VectorTileSource<RenderFeature> = new VectorTileSource<RenderFeature>({
    url,
    format,
    tileGrid: createXYZ({ tileSize: TILE_PIXELS, minZoom, maxZoom: DEEPEST }),
    transition: 0,
    wrapX: false,
    tileLoadFunction: (tile: Tile, address: string) => {
      if (!(tile instanceof VectorTile)) return;
      tile.setLoader((extent: number[], _resolution: number, projection) => {
        void fetching.tile(address).then(
          (data) => {
            // The format keeps the last extent it read for; reading is never interrupted, so one format does.
            const features = format.readFeatures(data, {
              extent,
              featureProjection: projection ?? projectionOf("EPSG:3857") ?? undefined,
            });
            tile.setFeatures(finish(features, extent as unknown as Box));
          },
          () => {
            tile.onError();
            fetching.incomplete.add(made);
          },
        );
      });
    },
  });
  return made;
}

/** The cells of a plan; the plan's number in the address lets the browser keep the tiles for ever. */
export function cellTiles(grid: DrawnGrid, fetching: Fetching): VectorTileSource<RenderFeature> {
  const url = `/tiles/cells/{z}/{x}/{y}.mvt?grid=${grid.id}&v=${grid.plan.id}`;
  return source(url, 0, "cells", fetching, (features, tile) => {
    const rings = features.map((feature) => ({ flat: feature.getFlatCoordinates(), ends: feature.getEnds() ?? [] }));
    const { flat, ends } = bordersOf(rings, tile);
    if (ends.length > 0) features.push(new RenderFeature("MultiLineString", flat, ends, 2, { [BORDERS]: true }, undefined));
    return features;
  });
}

export function incidentQuery(period: Period | null, categories: readonly string[]): string {
  const query = new URLSearchParams();
  if (period) {
    query.set("from", period.from);
    query.set("to", period.to);
  }
  for (const category of categories) query.append("category", category);
  return query.toString();
}

export function incidentTiles(query: string, fetching: Fetching): VectorTileSource<RenderFeature> {
  const url = `/tiles/incidents/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
  return source(url, INCIDENTS_FROM, "incidents", fetching, (features) => features);
}
