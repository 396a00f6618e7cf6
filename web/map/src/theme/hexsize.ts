/** Mean edge length of H3's hexes in metres (h3geo.org, table of cell statistics). */
const EDGE_METRES: Record<number, number> = { 7: 1406.48, 8: 531.41, 9: 200.79, 10: 75.86 };

export function edgeMetres(resolution: number): number {
  return EDGE_METRES[resolution] ?? 0;
}

/** Mean area of a hex in m². */
export function hexArea(resolution: number): number {
  return 1.5 * Math.sqrt(3) * edgeMetres(resolution) ** 2;
}

export function edgePixels(resolution: number, metresPerPixel: number): number {
  return edgeMetres(resolution) / metresPerPixel;
}
