import { describe, expect, it } from "vitest";
import { bordersOf, type Box, type Lines } from "./borders";

const TILE: Box = [0, 0, 4096, 4096];

function lengthOf({ flat, ends }: Lines): number {
  let sum = 0;
  let start = 0;
  for (const end of ends) {
    for (let at = start; at + 3 < end; at += 2) {
      sum += Math.hypot((flat[at + 2] ?? 0) - (flat[at] ?? 0), (flat[at + 3] ?? 0) - (flat[at + 1] ?? 0));
    }
    start = end;
  }
  return sum;
}

function square(west: number, south: number, east: number, north: number) {
  return { flat: [west, south, east, south, east, north, west, north, west, south], ends: [10] };
}

describe("the borders of a tile", () => {
  it("draws the border that two cells share once", () => {
    const lines = bordersOf([square(100, 100, 200, 200), square(200, 100, 300, 200)], TILE);
    expect(lengthOf(lines)).toBe(700);
  });

  it("keeps a lone cell's border in one line, so that its dashes run on", () => {
    expect(bordersOf([square(100, 100, 200, 200)], TILE).ends).toEqual([10]);
  });

  it("leaves out where the server cut a cell at the tile's margin", () => {
    const lines = bordersOf([square(-64, 1000, 500, 1500)], TILE);
    expect(lengthOf(lines)).toBe(2 * 564 + 500);
    expect(bordersOf([square(-64, -64, 4160, 4160)], TILE).ends).toEqual([]);
  });

  it("draws holes too", () => {
    const outer = square(100, 100, 400, 400);
    const hole = square(200, 200, 300, 300);
    const lines = bordersOf([{ flat: [...outer.flat, ...hole.flat], ends: [10, 20] }], TILE);
    expect(lengthOf(lines)).toBe(1600);
  });
});
