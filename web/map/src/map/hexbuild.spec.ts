import { fromLonLat } from "ol/proj";
import { describe, expect, it } from "vitest";
import { hexFeatures, mercator } from "./hexbuild";
import type { Hotspots } from "./scene";

type Hex = Hotspots["features"][number];

function hex(id: string, level: number, count: number): Hex {
  const ring = [[120.6, 31], [120.61, 31], [120.61, 31.01], [120.6, 31]];
  return {
    type: "Feature",
    id,
    geometry: { type: "Polygon", coordinates: [ring] },
    properties: { hex: id, count, z: 1.5, p: 0.01, p_adjusted: 0.04, class: level },
  };
}

describe("hexes as features", () => {
  it("lie where the map library would put them", () => {
    const [x = 0, y = 0] = mercator([[120.6, 31]]);
    const [wantedX = 0, wantedY = 0] = fromLonLat([120.6, 31]);
    expect(x).toBeCloseTo(wantedX, 4);
    expect(y).toBeCloseTo(wantedY, 4);
  });

  it("come class by class, with the corrected p", () => {
    const built = hexFeatures([hex("a", 3, 9), hex("b", 0, 1), hex("c", -1, 0)]);
    expect(built.map(({ figures }) => figures.level)).toEqual([-1, 0, 3]);
    expect(built[0]?.figures).toEqual({ count: 0, z: 1.5, p: 0.04, level: -1 });
    expect(built[0]?.getGeometry()?.getFlatCoordinates()).toHaveLength(8);
  });
});
