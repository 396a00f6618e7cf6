import { describe, expect, it } from "vitest";
import { drawnBelow, landGrids, pickOrder, shownGrids } from "./grids";
import type { GridLine } from "./scene";

function grid(id: number, part: Partial<GridLine>): GridLine {
  return {
    id,
    slot: id,
    kind: "comprehensive",
    system: "town",
    tier: 1,
    name: `grid ${id}`,
    name_en: null,
    must_tile: true,
    nests_in: null,
    epoch: 1,
    cells: 10,
    bbox: null,
    plan: { id: id * 100, number: 1, name: "plan", in_force_from: "2026-01-01T00:00:00Z" },
    ...part,
  };
}

const first = grid(1, {});
const second = grid(2, { tier: 2, cells: 80 });
const police = grid(3, { kind: "police", system: "police", cells: 4, must_tile: false });
const beats = grid(4, { kind: "police", system: "police", tier: 2, cells: 20, must_tile: false });
const all = [first, second, police, beats];

describe("the grids on the map", () => {
  it("answers a click with the finest shown grid, the lower slot among equals", () => {
    expect(pickOrder(shownGrids(all, [1, 2, 3, 4])).map(({ id }) => id)).toEqual([2, 4, 1, 3]);
    expect(pickOrder(shownGrids(all, [1, 3])).map(({ id }) => id)).toEqual([1, 3]);
  });

  it("does not draw a grid without a plan in force", () => {
    expect(shownGrids([grid(1, { plan: null }), second], [1, 2]).map(({ id }) => id)).toEqual([2]);
  });

  it("lets a finer tier wait only where its coarser one is shown", () => {
    expect(drawnBelow(second, [first, second])).toBe(20);
    expect(drawnBelow(second, [second, police])).toBe(Infinity);
    expect(drawnBelow(first, all)).toBe(Infinity);
    expect(drawnBelow(grid(5, { tier: 3 }), all)).toBe(4);
  });

  it("takes the coarsest grid of each system for the land", () => {
    expect(landGrids(all).map(({ id }) => id)).toEqual([1, 3]);
    expect(landGrids([beats, grid(6, { plan: null }), grid(7, { cells: 0 })]).map(({ id }) => id)).toEqual([4]);
    expect(landGrids([])).toEqual([]);
  });
});
