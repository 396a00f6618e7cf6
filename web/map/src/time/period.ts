/** Periods of whole days [from, to), and counts by day within them. */

import { addDays, type Day, daysBetween, monthOf, weekOf } from "./day";

/** From a day (included) to a day (excluded). */
export interface Period {
  from: Day;
  to: Day;
}

export type Preset = 7 | 30 | 90 | "all";
export const PRESETS: readonly Preset[] = [7, 30, 90, "all"];

export interface DayCount {
  day: Day;
  count: number;
}

/** Counts of consecutive days from `start`: a day without incidents is a zero, not a gap. */
export interface Series {
  start: Day;
  counts: readonly number[];
}

export interface Bar {
  from: Day;
  to: Day;
  count: number;
}

export const EMPTY: Series = { start: "1970-01-01", counts: [] };

/** The last of the whole days of an extent, or all of it. */
export function presetPeriod(extent: Period, preset: Preset, whole: Period = extent): Period {
  if (preset === "all") return extent;
  return clip({ from: addDays(whole.to, -preset), to: whole.to }, whole);
}

/** Which preset a period is, if any. */
export function presetOf(extent: Period, period: Period, whole: Period = extent): Preset | null {
  return PRESETS.find((preset) => same(presetPeriod(extent, preset, whole), period)) ?? null;
}

export function same(a: Period, b: Period): boolean {
  return a.from === b.from && a.to === b.to;
}

export function length(period: Period): number {
  return daysBetween(period.from, period.to);
}

/** The equally long period just before. */
export function previous(period: Period): Period {
  return { from: addDays(period.from, -length(period)), to: period.from };
}

/** The period inside the extent; never empty, unless the extent is. */
export function clip(period: Period, extent: Period): Period {
  const lastStart = addDays(extent.to, -1);
  const from = period.from < extent.from ? extent.from : period.from > lastStart ? lastStart : period.from;
  const to = period.to > extent.to ? extent.to : period.to;
  return { from, to: to > from ? to : addDays(from, 1) };
}

/** One end moved by some days; it stops a day before the other end and at the extent's edge. */
export function moveEnd(period: Period, end: "from" | "to", days: number, extent: Period): Period {
  if (end === "from") {
    const limit = addDays(period.to, -1);
    const moved = addDays(period.from, days);
    return clip({ from: moved > limit ? limit : moved, to: period.to }, extent);
  }
  const limit = addDays(period.from, 1);
  const moved = addDays(period.to, days);
  return clip({ from: period.from, to: moved < limit ? limit : moved }, extent);
}

/** The whole period moved; it keeps its length at the extent's edge. */
export function shift(period: Period, days: number, extent: Period): Period {
  const room =
    days < 0
      ? Math.max(days, -Math.max(0, daysBetween(extent.from, period.from)))
      : Math.min(days, Math.max(0, daysBetween(period.to, extent.to)));
  return { from: addDays(period.from, room), to: addDays(period.to, room) };
}

/** Fill the days that have no row. */
export function series(rows: readonly DayCount[], extent: Period): Series {
  const counts = new Array<number>(Math.max(0, length(extent))).fill(0);
  for (const row of rows) {
    const index = daysBetween(extent.from, row.day);
    if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + row.count;
  }
  return { start: extent.from, counts };
}

/** How many in a period; days outside the series count nothing. */
export function countIn(data: Series, period: Period): number {
  const first = Math.max(0, daysBetween(data.start, period.from));
  const last = Math.min(data.counts.length, daysBetween(data.start, period.to));
  let sum = 0;
  for (let index = first; index < last; index += 1) sum += data.counts[index] ?? 0;
  return sum;
}

/** Whether every day of a period lies in the series: only then may two periods be compared. */
export function covers(data: Series, period: Period): boolean {
  return period.from >= data.start && daysBetween(data.start, period.to) <= data.counts.length;
}

/** Days, weeks or months: the finest that keeps to `most` bars. */
export function bars(data: Series, most: number): Bar[] {
  const days = data.counts.length;
  const start = days <= most ? (day: Day) => day : days <= most * 7 ? weekOf : monthOf;
  const out: Bar[] = [];
  let key: Day | null = null;
  data.counts.forEach((count, index) => {
    const day = addDays(data.start, index);
    const head = start(day);
    const last = out.at(-1);
    if (last && head === key) {
      last.to = addDays(day, 1);
      last.count += count;
    } else {
      key = head;
      out.push({ from: day, to: addDays(day, 1), count });
    }
  });
  return out;
}
