import { describe, expect, it } from "vitest";
import { addDays, dayOf, daysBetween, isDay, monthOf, startOf, weekOf } from "./day";
import { bars, clip, countIn, covers, moveEnd, presetOf, presetPeriod, previous, series, shift } from "./period";

const year = { from: "2018-01-01", to: "2019-01-01" };

describe("days", () => {
  it("begin at midnight in Shanghai", () => {
    expect(dayOf("2018-01-01T15:59:59Z")).toBe("2018-01-01");
    expect(dayOf("2018-01-01T16:00:00Z")).toBe("2018-01-02");
    expect(dayOf(startOf("2018-03-01"))).toBe("2018-03-01");
  });

  it("count across leap days and years", () => {
    expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
    expect(daysBetween("2023-12-31", "2024-12-31")).toBe(366);
    expect(weekOf("2026-11-24")).toBe("2026-11-23");
    expect(weekOf("2026-11-29")).toBe("2026-11-23");
    expect(monthOf("2026-11-24")).toBe("2026-11-01");
  });

  it("refuse what is not a day", () => {
    expect(isDay("2026-11-24")).toBe(true);
    expect(isDay("2026-02-30")).toBe(false);
    expect(isDay("2026-13-01")).toBe(false);
    expect(isDay("yesterday")).toBe(false);
  });
});

describe("periods", () => {
  it("knows its presets, also where the extent is shorter", () => {
    expect(presetPeriod(year, 30)).toEqual({ from: "2018-12-02", to: "2019-01-01" });
    expect(presetOf(year, presetPeriod(year, 90))).toBe(90);
    expect(presetOf(year, { from: "2018-02-01", to: "2018-03-01" })).toBeNull();
    const short = { from: "2018-01-01", to: "2018-01-05" };
    expect(presetPeriod(short, 30)).toEqual(short);
  });

  it("is compared with the equally long one before", () => {
    expect(previous({ from: "2018-03-01", to: "2018-03-31" })).toEqual({ from: "2018-01-30", to: "2018-03-01" });
  });

  it("never becomes empty or leaves the extent", () => {
    expect(clip({ from: "2030-01-01", to: "2030-02-01" }, year)).toEqual({ from: "2018-12-31", to: "2019-01-01" });
    expect(clip({ from: "2018-05-05", to: "2018-05-01" }, year)).toEqual({ from: "2018-05-05", to: "2018-05-06" });
    expect(moveEnd({ from: "2018-05-01", to: "2018-05-03" }, "from", 9, year).from).toBe("2018-05-02");
    expect(moveEnd({ from: "2018-05-01", to: "2018-05-03" }, "to", -9, year).to).toBe("2018-05-02");
    expect(moveEnd({ from: "2018-05-01", to: "2018-12-30" }, "to", 9, year).to).toBe("2019-01-01");
  });

  it("keeps its length when moved against the edge", () => {
    expect(shift({ from: "2018-01-03", to: "2018-01-10" }, -30, year)).toEqual({ from: "2018-01-01", to: "2018-01-08" });
    expect(shift({ from: "2018-12-20", to: "2018-12-27" }, 30, year)).toEqual({ from: "2018-12-25", to: "2019-01-01" });
  });
});

describe("series", () => {
  const data = series(
    [
      { day: "2018-01-01", count: 3 },
      { day: "2018-01-04", count: 5 },
      { day: "2020-01-01", count: 99 },
    ],
    year,
  );

  it("has a zero where nothing happened and ignores what lies outside", () => {
    expect(data.counts.length).toBe(365);
    expect(data.counts.slice(0, 5)).toEqual([3, 0, 0, 5, 0]);
    expect(countIn(data, year)).toBe(8);
    expect(countIn(data, { from: "2018-01-02", to: "2018-01-05" })).toBe(5);
    expect(countIn(data, { from: "2017-01-02", to: "2018-01-02" })).toBe(3);
  });

  it("says whether a period may be compared", () => {
    expect(covers(data, year)).toBe(true);
    expect(covers(data, previous({ from: "2018-01-10", to: "2018-02-10" }))).toBe(false);
  });

  it("loses nothing when days become weeks or months", () => {
    for (const most of [400, 60, 12]) {
      const drawn = bars(data, most);
      expect(drawn.length).toBeLessThanOrEqual(Math.max(most, 13));
      expect(drawn.reduce((sum, bar) => sum + bar.count, 0)).toBe(8);
      expect(drawn[0]?.from).toBe(year.from);
      expect(drawn.at(-1)?.to).toBe(year.to);
    }
    expect(bars(data, 60)[0]).toEqual({ from: "2018-01-01", to: "2018-01-08", count: 8 });
  });
});
