/**
 * What the screen shows, as one value. Everything a person does is an event; `next` gives the
 * view after it. Nothing here knows Vue, the server or the map library.
 */

import type { Period } from "../time/period";
import type { Resolution, Theme } from "../theme/classes";

/** Which panel a phone shows above the map. */
export type Sheet = "none" | "answers" | "layers" | "time" | "card";

export type Place = readonly [lon: number, lat: number];

export interface View {
  theme: Theme;
  /** Null until the extent of the data is known. */
  period: Period | null;
  categories: readonly string[];
  /** Null: by the size of the place. */
  resolution: Resolution | null;
  /** Grids switched on; null: the default choice. */
  grids: readonly number[] | null;
  /** The grid whose coverage the map shows; null: the first one. */
  coverageGrid: number | null;
  points: boolean;
  labels: boolean;
  cell: number | null;
  /** Where the map was clicked, so that the other grids' cells there can be offered. */
  place: Place | null;
  leftOpen: boolean;
  rightOpen: boolean;
  layersOpen: boolean;
  sheet: Sheet;
}

export type ViewEvent =
  | { type: "themePicked"; theme: Theme }
  | { type: "periodChanged"; period: Period }
  | { type: "categoriesPicked"; categories: readonly string[] }
  | { type: "resolutionPicked"; resolution: Resolution | null }
  | { type: "gridToggled"; grid: number; shown: readonly number[] }
  | { type: "coverageGridPicked"; grid: number }
  | { type: "pointsToggled" }
  | { type: "labelsToggled" }
  | { type: "cellPicked"; cell: number; place: Place | null }
  | { type: "cellClosed" }
  | { type: "leftFolded" }
  | { type: "rightFolded" }
  | { type: "layersToggled" }
  | { type: "sheetPicked"; sheet: Sheet }
  | { type: "addressChanged"; view: Partial<View> }
  | { type: "escaped" };

export const FIRST_VIEW: View = {
  theme: "hotspots",
  period: null,
  categories: [],
  resolution: null,
  grids: null,
  coverageGrid: null,
  points: true,
  labels: true,
  cell: null,
  place: null,
  leftOpen: true,
  rightOpen: true,
  layersOpen: false,
  sheet: "none",
};

export function next(view: View, event: ViewEvent): View {
  switch (event.type) {
    case "themePicked":
      return { ...view, theme: event.theme };
    case "periodChanged":
      return { ...view, period: event.period };
    case "categoriesPicked":
      return { ...view, categories: [...event.categories].sort() };
    case "resolutionPicked":
      return { ...view, resolution: event.resolution };
    case "gridToggled":
      return { ...view, grids: toggled(event.shown, event.grid) };
    case "coverageGridPicked":
      return { ...view, coverageGrid: event.grid, theme: "coverage" };
    case "pointsToggled":
      return { ...view, points: !view.points };
    case "labelsToggled":
      return { ...view, labels: !view.labels };
    case "cellPicked":
      return { ...view, cell: event.cell, place: event.place, rightOpen: true, sheet: "card" };
    case "cellClosed":
      return { ...view, cell: null, place: null, sheet: view.sheet === "card" ? "none" : view.sheet };
    case "leftFolded":
      return { ...view, leftOpen: !view.leftOpen };
    case "rightFolded":
      return { ...view, rightOpen: !view.rightOpen };
    case "layersToggled":
      return { ...view, layersOpen: !view.layersOpen };
    case "sheetPicked":
      return { ...view, sheet: view.sheet === event.sheet ? "none" : event.sheet };
    case "addressChanged":
      return { ...view, ...event.view };
    case "escaped":
      return escaped(view);
  }
}

/** Escape goes up one level: what floats first, then the selection. */
function escaped(view: View): View {
  if (view.layersOpen) return { ...view, layersOpen: false };
  if (view.sheet !== "none" && view.sheet !== "card") return { ...view, sheet: "none" };
  return next(view, { type: "cellClosed" });
}

function toggled(shown: readonly number[], grid: number): readonly number[] {
  return shown.includes(grid) ? shown.filter((id) => id !== grid) : [...shown, grid].sort((a, b) => a - b);
}
