import { describe, expect, it } from "vitest";
import { ticks } from "./ticks";

const days = (from: string, to: string, width: number): string[] => ticks({ from, to }, width).map((tick) => tick.day);

describe("the ticks of time", () => {
  it("are weeks where there is room for them", () => {
    expect(days("2026-11-01", "2026-11-30", 400)).toEqual(["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]);
  });

  it("are not weeks over many months, however wide", () => {
    expect(days("2026-07-28", "2026-11-26", 1200)).toEqual(["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"]);
  });

  it("are months, quarters or years otherwise", () => {
    expect(days("2026-08-20", "2026-11-20", 400)).toEqual(["2026-09-01", "2026-10-01", "2026-11-01"]);
    expect(days("2025-12-01", "2026-12-01", 300)).toEqual(["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]);
    expect(days("2001-06-01", "2026-06-01", 700)[0]).toBe("2002-01-01");
  });

  it("are nowhere without time or width", () => {
    expect(days("2026-01-01", "2026-01-01", 400)).toEqual([]);
    expect(days("2026-01-01", "2027-01-01", 0)).toEqual([]);
  });
});
