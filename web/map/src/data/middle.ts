/** A place well inside an outline, for asking which other grids' cells are there. */

import type { MultiPolygon, Polygon, Position } from "geojson";
import type { Place } from "../state/view";

/** The middle of the longest stretch inside the outline, among a few lines from west to east. */
export function middle(outline: Polygon | MultiPolygon): Place | null {
  const polygons = outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates;
  const rings = polygons.flat();
  let [south, north] = [Infinity, -Infinity];
  for (const [, lat] of rings.flat()) {
    if (lat === undefined) continue;
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  let best: { place: Place; length: number } | null = null;
  // The central line first: a longer stretch must be clearly longer to be preferred.
  for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
    const lat = south + (north - south) * share;
    const crossings = rings.flatMap((ring) => crossingsOf(ring, lat)).sort((a, b) => a - b);
    for (let index = 0; index + 1 < crossings.length; index += 2) {
      const [west, east] = [crossings[index] ?? 0, crossings[index + 1] ?? 0];
      if (best === null || east - west > best.length * 1.25) {
        best = { place: [(west + east) / 2, lat], length: east - west };
      }
    }
  }
  return best?.place ?? null;
}

/** Where a ring crosses a parallel. Half-open, so that a vertex on it counts once. */
function crossingsOf(ring: readonly Position[], lat: number): number[] {
  const found: number[] = [];
  for (let index = 1; index < ring.length; index += 1) {
    const [x1 = 0, y1 = 0] = ring[index - 1] ?? [];
    const [x2 = 0, y2 = 0] = ring[index] ?? [];
    if (y1 <= lat !== y2 <= lat) found.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
  }
  return found;
}
