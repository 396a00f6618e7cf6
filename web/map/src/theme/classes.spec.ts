import { describe, expect, it } from "vitest";
import {
  confidence,
  densityBreaks,
  densityClass,
  densityLabels,
  densityToken,
  HOTSPOT_CLASSES,
  hotspotInk,
  hotspotToken,
  signedConfidence,
} from "./classes";

describe("hotspots", () => {
  it("print their confidence, so that colour is not alone", () => {
    expect(HOTSPOT_CLASSES.map(confidence)).toEqual(["99", "95", "90", "–", "90", "95", "99"]);
    expect(new Set(HOTSPOT_CLASSES.map(signedConfidence)).size).toBe(7);
  });

  it("have a colour each", () => {
    expect(new Set(HOTSPOT_CLASSES.map(hotspotToken)).size).toBe(7);
    expect(hotspotToken(-3)).toBe("--cold-3");
    expect(hotspotToken(2)).toBe("--hot-2");
    expect(hotspotInk(3)).toBe("--on-hot");
    expect(hotspotInk(1)).toBe("--text-1");
  });
});

describe("density", () => {
  it("has no class where nothing happened", () => {
    expect(densityBreaks([0, 0])).toEqual([]);
    expect(densityClass(0, [1, 5])).toBe(0);
  });

  it("rises, begins with 1, and uses every class", () => {
    const counts = Array.from({ length: 500 }, (_, index) => Math.floor(1.02 ** index));
    const breaks = densityBreaks(counts);
    expect(breaks.length).toBe(6);
    expect(breaks[0]).toBe(1);
    expect([...breaks].sort((a, b) => a - b)).toEqual(breaks);
    expect(new Set(counts.map((count) => densityClass(count, breaks)))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  it("has fewer classes where there are fewer numbers", () => {
    const breaks = densityBreaks([1, 1, 1, 2]);
    expect(densityLabels(breaks)).toEqual(["1", "2+"]);
    expect(densityToken(2, 2)).toBe("--den-6");
    expect(densityToken(1, 2)).toBe("--den-1");
  });

  it("prints ranges without gap or overlap", () => {
    expect(densityLabels([1, 5, 12])).toEqual(["1–4", "5–11", "12+"]);
  });
});
