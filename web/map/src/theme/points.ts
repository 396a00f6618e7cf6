/** Whether incidents are drawn one by one at a scale: the more there are, the nearer one must be. */

/** Metres of the projection a pixel at zoom 13, where incident tiles begin. */
const FIRST = 156_543.034 / 2 ** 13;

export function pointsDrawn(located: number, metresPerPixel: number, latitude: number): boolean {
  const steps = located <= 20_000 ? 0 : located <= 80_000 ? 1 : 2;
  return metresPerPixel <= (FIRST / 2 ** steps) * Math.cos((latitude * Math.PI) / 180) * 1.01;
}
