/** What is chosen for a person who has chosen nothing yet. */

import type { GridLine } from "../api/answers";
import type { Bounds } from "../map/scene";
import { type Resolution, resolutionFor } from "../theme/classes";
import { addDays, dayOf } from "../time/day";
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

/** The days that hold incidents, or null where there is none. */
export function extentOf(timeline: { from: string | null; to: string | null } | null): Period | null {
  if (!timeline?.from || !timeline.to) return null;
  return { from: dayOf(timeline.from), to: addDays(dayOf(timeline.to), 1) };
}

/** The asked period inside the extent; the last 30 days where none was asked or none of it is there. */
export function periodWithin(asked: Period | null, extent: Period): Period {
  const meets = asked !== null && asked.from < extent.to && asked.to > extent.from;
  return meets ? clip(asked, extent) : presetPeriod(extent, 30);
}

export interface Room {
  width: number;
  height: number;
}

/** The resolution for a map that has just been fitted to these bounds, before it has said so itself. */
export function firstResolution(bbox: readonly [number, number, number, number], room: Room): Resolution {
  const [west, south, east, north] = bbox;
  const metres = 111_320;
  const across = ((east - west) * metres * Math.cos((((south + north) / 2) * Math.PI) / 180)) / room.width;
  return resolutionFor(Math.max(across, ((north - south) * metres) / room.height));
}

/** Bounds that show what lies around a place: a quarter of its size, and some land where it is a point. */
export function around(bounds: Bounds, least = 0.003): Bounds {
  const [west, south, east, north] = bounds;
  const [x, y] = [Math.max(least, (east - west) / 4), Math.max(least, (north - south) / 4)];
  return [west - x, south - y, east + x, north + y];
}
