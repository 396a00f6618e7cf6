import { describe, expect, it } from "vitest";
import { inside } from "./inside";

const ring = [0, 0, 10, 0, 10, 10, 0, 10, 0, 0];
const hole = [4, 4, 6, 4, 6, 6, 4, 6, 4, 4];

describe("a point in a cell", () => {
  it("is inside its ring and outside beyond it", () => {
    expect(inside({ flat: ring, ends: [10] }, 5, 5)).toBe(true);
    expect(inside({ flat: ring, ends: [10] }, 15, 5)).toBe(false);
  });

  it("is outside in a hole", () => {
    const cell = { flat: [...ring, ...hole], ends: [10, 20] };
    expect(inside(cell, 5, 5)).toBe(false);
    expect(inside(cell, 2, 2)).toBe(true);
  });

  it("is inside either part of a cell of two", () => {
    const cell = { flat: [...ring, ...ring.map((value) => value + 20)], ends: [10, 20] };
    expect(inside(cell, 25, 25)).toBe(true);
    expect(inside(cell, 15, 15)).toBe(false);
  });
});
