/** What is chosen for a person who has chosen nothing yet. */

import type { GridLine } from "../api/answers";
import type { Bounds } from "../map/scene";
import { RESOLUTIONS, type Resolution } from "../theme/classes";
import { hexArea } from "../theme/hexsize";
import { addDays, dayOf, hourOf } from "../time/day";
import { clip, type Period, presetPeriod } from "../time/period";

/** The grids that the map shows at first: all comprehensive tiers, and the first of the police. */
export function firstGrids(grids: readonly GridLine[]): readonly number[] {
  const drawn = grids.filter((grid) => grid.plan !== null);
  const police = Math.min(...drawn.filter((grid) => grid.kind === "police").map((grid) => grid.tier));
  const chosen = drawn.filter(
    (grid) => grid.kind === "comprehensive" || (grid.kind === "police" && grid.tier === police),
  );
  return (chosen.length > 0 ? chosen : drawn).map((grid) => grid.id);
}

/** The same without its last day where that is not over: half a day is no fall in numbers. */
export function wholeDays(extent: Period, last: string | null): Period {
  const day = addDays(extent.to, -1);
  const over = last !== null && hourOf(last) >= 23;
  return over || day <= extent.from ? extent : { from: extent.from, to: day };
}

/** The days that hold incidents, or null where there is none. */
export function extentOf(timeline: { from: string | null; to: string | null } | null): Period | null {
  if (!timeline?.from || !timeline.to) return null;
  return { from: dayOf(timeline.from), to: addDays(dayOf(timeline.to), 1) };
}

/** The asked period inside the extent; the last 30 whole days where none was asked or none of it is there. */
export function periodWithin(asked: Period | null, extent: Period, whole: Period = extent): Period {
  const meets = asked !== null && asked.from < extent.to && asked.to > extent.from;
  return meets ? clip(asked, extent) : presetPeriod(extent, 30, whole);
}

/** So many hexes over the box of a place are enough to see where, and few enough to see them. */
const ENOUGH_HEXES = 3000;

/**
 * The resolution for a place, by its size alone: what is called a hotspot must not depend on the
 * screen that shows it, nor change when the map is moved.
 */
export function resolutionOf(bbox: readonly [number, number, number, number]): Resolution {
  const [west, south, east, north] = bbox;
  const metres = 111_320;
  const area = (east - west) * metres * Math.cos((((south + north) / 2) * Math.PI) / 180) * (north - south) * metres;
  return RESOLUTIONS.filter((one) => area / hexArea(one) <= ENOUGH_HEXES).at(-1) ?? RESOLUTIONS[0];
}

/** Bounds that show what lies around a place: a quarter of its size, and some land where it is a point. */
export function around(bounds: Bounds, least = 0.003): Bounds {
  const [west, south, east, north] = bounds;
  const [x, y] = [Math.max(least, (east - west) / 4), Math.max(least, (north - south) / 4)];
  return [west - x, south - y, east + x, north + y];
}
