import { describe, expect, it } from "vitest";
import { read, write } from "./address";
import { FIRST_VIEW, next, type View } from "./view";

describe("the view", () => {
  it("is never changed in place", () => {
    const frozen = Object.freeze({ ...FIRST_VIEW });
    expect(next(frozen, { type: "themePicked", theme: "density" }).theme).toBe("density");
    expect(frozen.theme).toBe("hotspots");
  });

  it("switches a grid of the default choice off without losing the others", () => {
    const off = next(FIRST_VIEW, { type: "gridToggled", grid: 2, shown: [1, 2, 3] });
    expect(off.grids).toEqual([1, 3]);
    expect(next(off, { type: "gridToggled", grid: 2, shown: [1, 3] }).grids).toEqual([1, 2, 3]);
  });

  it("goes up one level at a time on Escape", () => {
    let view: View = { ...FIRST_VIEW, cell: 7, layersOpen: true };
    view = next(view, { type: "escaped" });
    expect([view.layersOpen, view.cell]).toEqual([false, 7]);
    expect(next(view, { type: "escaped" }).cell).toBeNull();
  });

  it("opens the card of a picked cell, also on a phone and when the panel was folded", () => {
    const view = next({ ...FIRST_VIEW, rightOpen: false }, { type: "cellPicked", cell: 3, place: [1, 2] });
    expect([view.cell, view.rightOpen, view.sheet]).toEqual([3, true, "card"]);
    expect(next(view, { type: "cellClosed" }).sheet).toBe("none");
  });

  it("shows the coverage of the grid that was asked for", () => {
    const view = next(FIRST_VIEW, { type: "coverageGridPicked", grid: 5 });
    expect([view.theme, view.coverageGrid]).toEqual(["coverage", 5]);
  });
});

describe("the address", () => {
  const view: View = {
    ...FIRST_VIEW,
    theme: "coverage",
    period: { from: "2018-05-01", to: "2018-06-01" },
    categories: ["BATTERY & CO", "盗窃"],
    resolution: 9,
    grids: [1, 3],
    coverageGrid: 3,
    cell: 42,
  };

  it("says the whole view and reads it back", () => {
    const { view: again, lang } = read(write(view, "en"));
    expect({ ...FIRST_VIEW, ...again }).toEqual(view);
    expect(lang).toBe("en");
  });

  it("is short for the first view", () => {
    expect(write(FIRST_VIEW, "zh")).toBe("#/overview");
  });

  it("ignores what makes no sense", () => {
    const { view: read_, lang } = read("#/overview?theme=x&from=2018-02-31&to=2018-01-01&hex=3&cell=-1&grids=a.2&lang=fr");
    expect(read_).toMatchObject({ theme: "hotspots", period: null, resolution: null, cell: null, grids: [2] });
    expect(lang).toBeNull();
  });
});
