/** How figures become the few steps that a map can show. */

export type Theme = "hotspots" | "density" | "coverage";
export const THEMES: readonly Theme[] = ["hotspots", "density", "coverage"];

/** Gi* classes from 99 % cold (-3) to 99 % hot (3); 0 is not significant. */
export type HotspotClass = -3 | -2 | -1 | 0 | 1 | 2 | 3;
export const HOTSPOT_CLASSES: readonly HotspotClass[] = [-3, -2, -1, 0, 1, 2, 3];

const CONFIDENCE = ["–", "90", "95", "99"] as const;

/** What is printed in a swatch: 99, 95, 90 or a dash. */
export function confidence(value: HotspotClass): string {
  return CONFIDENCE[Math.abs(value)] ?? "–";
}

/** The same with U+2212 before what is cold, so that hot and cold differ in print and in grey. */
export function signedConfidence(value: HotspotClass): string {
  return (value < 0 ? "\u2212" : "") + confidence(value);
}

/** The colour token of a hotspot class. */
export function hotspotToken(value: HotspotClass): string {
  return value === 0 ? "--hot-0" : value > 0 ? `--hot-${value}` : `--cold-${-value}`;
}

/** The ink on a hotspot swatch: the ends take the inverse one, the middle steps need the darkest. */
export function hotspotInk(value: HotspotClass): string {
  return value === 3 ? "--on-hot" : value === -3 ? "--on-cold" : Math.abs(value) === 2 ? "--on-mid" : "--text-1";
}

export const DENSITY_STEPS = 6;

/**
 * Lower bounds of at most six density classes: whole numbers that begin with 1, from equal shares
 * of the occupied hexes, so that a few busy hexes do not leave one step for all the others.
 */
export function densityBreaks(counts: readonly number[]): number[] {
  const occupied = counts.filter((count) => count > 0).sort((a, b) => a - b);
  if (occupied.length === 0) return [];
  const breaks = [1];
  for (let step = 1; step < DENSITY_STEPS; step += 1) {
    // The upper classes are narrower: half of all hexes are in the two palest steps.
    const share = 1 - (1 - step / DENSITY_STEPS) ** 1.35;
    const bound = round(occupied[Math.floor(share * occupied.length)] ?? 0);
    if (bound > (breaks.at(-1) ?? 0)) breaks.push(bound);
  }
  return breaks;
}

/** The class of a count: 0 where there is none, else 1 to the number of breaks. */
export function densityClass(count: number, breaks: readonly number[]): number {
  let step = 0;
  while (step < breaks.length && count >= (breaks[step] ?? Infinity)) step += 1;
  return step;
}

/** The token of a density class, the last class always the darkest. */
export function densityToken(step: number, steps: number): string {
  const index = steps <= 1 ? DENSITY_STEPS : 1 + Math.round(((step - 1) * (DENSITY_STEPS - 1)) / (steps - 1));
  return `--den-${Math.min(DENSITY_STEPS, Math.max(1, index))}`;
}

/** "1–4", "5–11", "12+": what stands beside the swatches. */
export function densityLabels(breaks: readonly number[]): string[] {
  return breaks.map((low, index) => {
    const next = breaks[index + 1];
    if (next === undefined) return `${low}+`;
    return next - 1 === low ? `${low}` : `${low}–${next - 1}`;
  });
}

export const RESOLUTIONS = [7, 8, 9, 10] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** One significant digit below 20, two above: 1, 7, 13, 160, 2300. */
function round(value: number): number {
  if (value < 20) return value;
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / scale) * scale;
}
