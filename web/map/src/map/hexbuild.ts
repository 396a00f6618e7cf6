/** Hexes of an answer as features. There may be 20,000: no general reader, no copy. */

import Feature from "ol/Feature";
import Polygon from "ol/geom/Polygon";
import type { HotspotClass } from "../theme/classes";
import type { Hotspots } from "./scene";

type Hex = Hotspots["features"][number];

export interface HexFigures {
  count: number;
  z: number;
  p: number;
  level: HotspotClass;
}

export class HexFeature extends Feature<Polygon> {
  constructor(
    geometry: Polygon,
    readonly figures: HexFigures,
  ) {
    super(geometry);
  }
}

const RADIUS = 6378137;
const RADIANS = Math.PI / 180;

/** Longitude and latitude to Web Mercator, for a whole ring. */
export function mercator(ring: readonly (readonly number[])[]): number[] {
  const flat = new Array<number>(ring.length * 2);
  ring.forEach(([lon = 0, lat = 0], index) => {
    flat[index * 2] = RADIUS * lon * RADIANS;
    flat[index * 2 + 1] = RADIUS * Math.log(Math.tan(Math.PI / 4 + (lat * RADIANS) / 2));
  });
  return flat;
}

/** Like follows like, so that the canvas fills long runs of hexes in one go. */
export function hexFeatures(hexes: readonly Hex[]): HexFeature[] {
  return [...hexes]
    .sort((a, b) => a.properties.class - b.properties.class || a.properties.count - b.properties.count)
    .map(({ geometry, properties }) => {
      const [ring = []] = geometry.coordinates as number[][][];
      const flat = mercator(ring);
      return new HexFeature(new Polygon(flat, "XY", [flat.length]), {
        count: properties.count,
        z: properties.z,
        p: properties.p_adjusted,
        level: properties.class as HotspotClass,
      });
    });
}
