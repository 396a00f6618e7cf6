import { describe, expect, it } from "vitest";
import type { GridLine } from "../api/answers";
import { extentOf, firstGrids, periodWithin, around, resolutionOf, wholeDays } from "./choices";

function grid(id: number, kind: GridLine["kind"], tier: number, drawn = true): GridLine {
  const plan = { id, number: 1, name: "", in_force_from: "2026-01-01T00:00:00Z", certificate: null };
  const names = { name: "", name_en: null, system: kind };
  return { id, slot: id, kind, tier, ...names, must_tile: true, nests_in: null, epoch: 1, cells: 1, bbox: null, plan: drawn ? plan : null };
}

describe("the first choice", () => {
  it("shows the comprehensive tiers and the first of the police", () => {
    const grids = [grid(1, "comprehensive", 1), grid(2, "comprehensive", 2), grid(3, "professional", 1)];
    expect(firstGrids([...grids, grid(4, "police", 1), grid(5, "police", 2)])).toEqual([1, 2, 4]);
    expect(firstGrids([grid(3, "professional", 1), grid(6, "police", 1, false)])).toEqual([3]);
  });

  it("is the last 30 days, unless a period was asked for that has data", () => {
    const extent = extentOf({ from: "2018-01-01T01:00:00Z", to: "2018-12-31T10:00:00Z" });
    expect(extent).toEqual({ from: "2018-01-01", to: "2019-01-01" });
    if (!extent) return;
    expect(periodWithin(null, extent)).toEqual({ from: "2018-12-02", to: "2019-01-01" });
    expect(periodWithin({ from: "2020-01-01", to: "2020-02-01" }, extent)).toEqual({ from: "2018-12-02", to: "2019-01-01" });
    expect(periodWithin({ from: "2018-12-20", to: "2019-02-01" }, extent)).toEqual({ from: "2018-12-20", to: "2019-01-01" });
    expect(extentOf({ from: null, to: null })).toBeNull();
  });

  it("shows what lies around a place", () => {
    expect(around([120, 31, 120, 31], 0.5)).toEqual([119.5, 30.5, 120.5, 31.5]);
    expect(around([1, 1, 5, 3])).toEqual([0, 0.5, 6, 3.5]);
  });

  it("has hexes of the place's size", () => {
    expect(resolutionOf([-87.94, 41.64, -87.52, 42.02])).toBe(8); // a city
    expect(resolutionOf([120.6, 30.94, 120.68, 31.02])).toBe(9); // a town
    expect(resolutionOf([115.4, 39.4, 117.5, 41.1])).toBe(7); // a province
  });

  it("compares whole days only", () => {
    const extent = { from: "2026-10-01", to: "2026-11-26" };
    const whole = wholeDays(extent, "2026-11-25T07:00:00Z");
    expect(whole).toEqual({ from: "2026-10-01", to: "2026-11-25" });
    expect(wholeDays(extent, "2026-11-25T15:30:00Z")).toEqual(extent); // half past eleven at night
    expect(periodWithin(null, extent, whole)).toEqual({ from: "2026-10-26", to: "2026-11-25" });
    expect(wholeDays({ from: "2026-11-25", to: "2026-11-26" }, "2026-11-25T07:00:00Z").to).toBe("2026-11-26");
  });
});
