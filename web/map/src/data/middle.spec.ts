import { describe, expect, it } from "vitest";
import { middle } from "./middle";

describe("the middle of an outline", () => {
  it("is inside, also of a ring around a hole", () => {
    const outer = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];
    const hole = [[2, 2], [9, 2], [9, 8], [2, 8], [2, 2]];
    expect(middle({ type: "Polygon", coordinates: [outer] })).toEqual([5, 5]);
    const [lon, lat] = middle({ type: "Polygon", coordinates: [outer, hole] }) ?? [0, 0];
    expect(lon > 2 && lon < 9 && lat > 2 && lat < 8).toBe(false);
  });

  it("is in the larger part of two", () => {
    const square = (x: number, size: number) => [[[x, 0], [x + size, 0], [x + size, 4], [x, 4], [x, 0]]];
    expect(middle({ type: "MultiPolygon", coordinates: [square(0, 1), square(5, 4)] })).toEqual([7, 2]);
  });

  it("is nothing without an outline", () => {
    expect(middle({ type: "MultiPolygon", coordinates: [] })).toBeNull();
  });
});
