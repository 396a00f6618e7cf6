/** How the cells' borders look: the line's kind says which grid it is, its width which tier. */

import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Paint } from "./paint";
import type { GridLine } from "./scene";

type Kind = GridLine["kind"];

/** Between which widths, over which scales, a tier's line grows. */
const GROWTH: Record<number, { thin: number; thick: number; far: number; near: number }> = {
  1: { thin: 1.3, thick: 3, far: 40, near: 2 },
  2: { thin: 0.8, thick: 1.5, far: 20, near: 2 },
  3: { thin: 0.8, thick: 1.2, far: 4, near: 1 },
};

/** The width of a tier's border in pixels: it grows evenly from zoom to zoom. */
export function lineWidth(tier: number, metresPerPixel: number): number {
  const growth = GROWTH[Math.min(3, Math.max(1, tier))] as { thin: number; thick: number; far: number; near: number };
  const { thin, thick, far, near } = growth;
  const share = Math.log(far / metresPerPixel) / Math.log(far / near);
  // Eighths of a pixel: fine enough for the eye, few enough styles to keep.
  return Math.round((thin + (thick - thin) * Math.min(1, Math.max(0, share))) * 8) / 8;
}

/** Which line lies above where several run: a pair around a solid line, dashes upon it; coarse on fine. */
export function lineLevel(kind: Kind, tier: number): number {
  const base = { police: 0, comprehensive: 3, professional: 6, exclusive: 6 }[kind];
  return base + 3 - Math.min(3, Math.max(1, tier));
}

export interface LineLook {
  token: string;
  dash: number[] | null;
  /** Width of the gap of a double line, 0 for a single one: it leaves room for another grid's line. */
  gap: number;
}

export function lineLook(kind: Kind, tier: number, width: number): LineLook {
  const dotted = tier >= 3 ? [0.1, 3.2] : null;
  switch (kind) {
    case "comprehensive":
      return { token: "--grid-c", dash: dotted, gap: 0 };
    case "professional":
      return { token: "--grid-p", dash: dotted ?? [3 + 3 * width, 2 + 1.5 * width], gap: 0 };
    case "exclusive":
      return { token: "--grid-p", dash: dotted ?? [1.5 + width, 1.5 + width], gap: 0 };
    case "police":
      return { token: "--grid-j", dash: dotted, gap: dotted ? 0 : 1 + width };
  }
}

/** The styles of a grid's borders at a scale. */
export function borderStyles(kind: Kind, tier: number, metresPerPixel: number, paint: Paint): Style[] {
  const width = lineWidth(tier, metresPerPixel);
  const { token, dash, gap } = lineLook(kind, tier, width);
  const color = paint.colour(token, tier === 1 ? 1 : 0.85);
  const line = { lineCap: dash ? "butt" : "round", lineJoin: "round" } as const;
  if (gap > 0) {
    // Each of the two lines is thinner than a single one, so that the pair weighs the same.
    const each = Math.max(0.9, width * 0.4);
    return [
      new Style({ stroke: new Stroke({ ...line, color, width: gap + 2 * each }), zIndex: 0 }),
      // Over all outer lines, so that they are open where they meet.
      new Style({ stroke: new Stroke({ ...line, color: paint.colour("--map-land"), width: gap }), zIndex: 1 }),
    ];
  }
  return [
    new Style({
      stroke: new Stroke({
        ...line,
        lineCap: tier >= 3 ? "round" : line.lineCap,
        color,
        width: tier >= 3 ? Math.max(1.6, width * 1.4) : width,
        ...(dash ? { lineDash: dash } : {}),
      }),
    }),
  ];
}
