import { describe, expect, it } from "vitest";
import { allowed, coarserThan } from "./hotspots";

describe("the resolution of hexes", () => {
  it("follows the scale until the server refuses, then stays one coarser", () => {
    expect(allowed(9, null)).toBe(9);
    expect(allowed(10, 10)).toBe(9);
    expect(allowed(10, 9)).toBe(8);
    expect(allowed(7, 9)).toBe(7);
  });

  it("has an end", () => {
    expect(coarserThan(7)).toBeNull();
    expect(allowed(9, 7)).toBe(7);
  });
});
