import { describe, expect, it } from "vitest";
import { hexToken, hexWidth } from "./hexes";
import { pointsFromZoom } from "./incidents";
import { labelText } from "./labels";
import { borderStyles, lineLook, lineWidth } from "./linestyles";
import { Paint } from "./paint";

const paint = new Paint((token) => (token === "--font" ? "sans-serif" : "#112233"));

describe("borders", () => {
  it("grow with the zoom between their two widths", () => {
    expect(lineWidth(1, 100)).toBe(1.25);
    expect(lineWidth(1, 1)).toBe(3);
    expect(lineWidth(2, 20)).toBe(0.75);
    expect(lineWidth(2, 2)).toBe(1.5);
    expect(lineWidth(1, 10)).toBeGreaterThan(lineWidth(1, 20));
  });

  it("say by their line which grid they are", () => {
    expect(lineLook("comprehensive", 1, 2)).toEqual({ token: "--grid-c", dash: null, gap: 0 });
    expect(lineLook("professional", 1, 2).dash).not.toBeNull();
    expect(lineLook("exclusive", 1, 2).dash).not.toEqual(lineLook("professional", 1, 2).dash);
    expect(lineLook("police", 1, 2).gap).toBeGreaterThan(0);
    expect(borderStyles("police", 1, 10, paint)).toHaveLength(2);
  });
});

describe("hexes", () => {
  const figures = { count: 7, z: 2.1, p: 0.03, level: 2 as const };

  it("are coloured by class, and not at all where there is nothing to say", () => {
    expect(hexToken(figures, "hotspots", [])).toBe("--hot-2");
    expect(hexToken({ ...figures, level: 0 }, "hotspots", [])).toBeNull();
    expect(hexToken(figures, "density", [1, 5])).toBe("--den-6");
    expect(hexToken({ ...figures, count: 0 }, "density", [1, 5])).toBeNull();
    expect(hexToken(figures, "coverage", [1, 5])).toBeNull();
  });

  it("have room for a figure when they are wide", () => {
    expect(hexWidth(9, 10)).toBeCloseTo(34.8, 1);
  });
});

describe("incidents", () => {
  it("wait for a nearer view where there are very many", () => {
    expect([900, 50_000, 156_000].map(pointsFromZoom)).toEqual([13, 14, 15]);
  });
});

describe("labels", () => {
  const names = { name: "新港社区", nameEn: "Xingang", households: 352 };

  it("speak the reader's language, if there is a name in it", () => {
    expect(labelText(names, "zh", false)).toBe("新港社区");
    expect(labelText(names, "en", false)).toBe("Xingang");
    expect(labelText({ ...names, nameEn: null }, "en", false)).toBe("新港社区");
  });

  it("tell the households when near", () => {
    expect(labelText(names, "zh", true)).toBe("新港社区\n352 户");
    expect(labelText({ ...names, households: null }, "zh", true)).toBe("新港社区");
  });
});

describe("tokens", () => {
  it("are read once, and mixed", () => {
    let reads = 0;
    const counted = new Paint(() => {
      reads += 1;
      return " #FF0000 ";
    });
    expect(counted.colour("--hot-3")).toBe("#FF0000");
    expect(counted.colour("--hot-3", 0.5)).toBe("rgba(255,0,0,0.5)");
    expect(counted.blended("--hot-3", 0.5, "--map-land")).toBe("rgba(255,0,0,1)");
    expect(reads).toBe(2);
  });
});
