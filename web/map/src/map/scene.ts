/**
 * The seam between the application and the map library: what the map is to show, as one value,
 * and what a person did on it. Nothing outside this folder knows OpenLayers.
 */

import type { Feature, MultiPolygon, Polygon } from "geojson";
import type { components } from "../api/schema";
import type { Locale } from "../state/address";
import type { Place } from "../state/view";
import type { HotspotClass, Theme } from "../theme/classes";
import type { Period } from "../time/period";

type Schemas = components["schemas"];
export type GridLine = Schemas["GridLine"];
export type Hotspots = Schemas["Hotspots"];

export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Everything that is drawn. `show` compares it with the last one and redraws what differs. */
export interface Scene {
  theme: Theme;
  /** Whether the dark tokens are in force; styles are rebuilt when it changes. */
  dark: boolean;
  locale: Locale;
  /** All grids of the place; their plan's id makes the tiles' addresses immutable. */
  grids: readonly GridLine[];
  /** Ids of the grids that are switched on. */
  shown: readonly number[];
  /** Null while loading, on error, or for the theme "coverage". */
  hexes: Hotspots | null;
  /** Lower bounds of the density classes, as `densityBreaks` gives them. */
  breaks: readonly number[];
  /** The grid whose land is shown as covered, for the theme "coverage". */
  coverageGrid: number | null;
  /** Whether incidents are drawn one by one when near. */
  points: boolean;
  labels: boolean;
  period: Period | null;
  categories: readonly string[];
  /** The outline of the selected cell. */
  selected: Feature<Polygon | MultiPolygon> | null;
}

/** What lies under the pointer, for the tooltip; `at` is in pixels of the map's element. */
export interface Hover {
  at: readonly [x: number, y: number];
  cell: { name: string; code: string } | null;
  hex: { count: number; z: number; p: number; level: HotspotClass } | null;
  incident: { title: string; category: string; state: "open" | "closed"; occurredAt: number } | null;
}

export interface MapEvents {
  /** A cell was clicked: of the finest shown grid there; `place` is lon, lat. */
  cellPicked(cell: number, place: Place): void;
  nothingPicked(): void;
  hovered(hover: Hover | null): void;
  /** After every move: metres of ground a pixel, and what is in view. */
  moved(metresPerPixel: number, bounds: Bounds): void;
  /** Whether tiles are still on their way. */
  busy(busy: boolean): void;
  /** A tile could not be had; the text is for people. */
  failed(reason: string): void;
}

export interface OneMap {
  show(scene: Scene): void;
  /** Fly (or jump, where less motion is wanted) until these bounds fill the free part of the map. */
  fit(bounds: Bounds): void;
  /** Ask again for the tiles that could not be had. */
  retry(): void;
  zoomBy(steps: number): void;
  /** The free part of the map: pixels that panels cover on each side. */
  pad(top: number, right: number, bottom: number, left: number): void;
  dispose(): void;
}
