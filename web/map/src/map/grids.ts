/** Which grid is drawn from which scale on, and which one answers a click. */

import type { GridLine } from "./scene";

export const SECOND_LEVEL_BELOW = 20;
export const MICRO_BELOW = 4;

export interface DrawnGrid extends GridLine {
  plan: NonNullable<GridLine["plan"]>;
}

/** A grid that has a plan in force has cells to draw. */
export function isDrawn(grid: GridLine): grid is DrawnGrid {
  return grid.plan !== null;
}

/** The shown grids, the coarsest first: the order in which they are drawn. */
export function shownGrids(grids: readonly GridLine[], shown: readonly number[]): DrawnGrid[] {
  return grids
    .filter(isDrawn)
    .filter((grid) => shown.includes(grid.id))
    .sort((a, b) => a.tier - b.tier || b.slot - a.slot);
}

/** The same grids in the order in which they answer a click: the finest first. */
export function pickOrder(grids: readonly DrawnGrid[]): DrawnGrid[] {
  return [...grids].sort((a, b) => b.tier - a.tier || a.slot - b.slot);
}

/**
 * Below how many metres a pixel a grid is drawn. A finer tier waits until it has room, but only
 * where a coarser tier of the same system is drawn in its stead: never nothing.
 */
export function drawnBelow(grid: GridLine, shown: readonly GridLine[]): number {
  const waits = shown.some((other) => other.system === grid.system && other.tier < grid.tier);
  if (!waits) return Infinity;
  return grid.tier >= 3 ? MICRO_BELOW : SECOND_LEVEL_BELOW;
}

/**
 * The grids whose cells together stand for the land where no division is known: the coarsest of each
 * system. One alone may leave out what another covers.
 */
export function landGrids(grids: readonly GridLine[]): DrawnGrid[] {
  const coarsest = new Map<string, DrawnGrid>();
  for (const grid of grids.filter(isDrawn)) {
    const best = coarsest.get(grid.system);
    if (grid.cells > 0 && (!best || grid.tier < best.tier)) coarsest.set(grid.system, grid);
  }
  return [...coarsest.values()];
}
