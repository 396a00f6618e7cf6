/** Where an axis of time is marked: weeks, months or years, whatever has room. */

import { addDays, type Day, daysBetween, monthOf, weekOf } from "./day";
import { length, type Period } from "./period";

export interface Tick {
  day: Day;
  /** 0 at the start of the extent, 1 at its end. */
  share: number;
  kind: "day" | "month";
}

const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const WEEKLY_UP_TO = 62;
const MONTH_DAYS = 30.44;

/** The finest ticks whose labels stay `room` pixels apart. */
export function ticks(extent: Period, width: number, room = 52): Tick[] {
  const days = length(extent);
  if (days <= 0 || width <= 0) return [];
  const step = MONTH_STEPS.find((months) => (months * MONTH_DAYS * width) / days >= room) ?? 120;
  // Weeks are for short extents: over many of them, months say more.
  const weekly = days <= WEEKLY_UP_TO && (7 * width) / days >= room;
  const found = weekly ? weeks(extent) : months(extent, step);
  return found.map((day) => ({ day, share: daysBetween(extent.from, day) / days, kind: weekly ? "day" : "month" }));
}

function weeks(extent: Period): Day[] {
  const out: Day[] = [];
  for (let day = weekOf(addDays(extent.from, 6)); day < extent.to; day = addDays(day, 7)) out.push(day);
  return out;
}

function months(extent: Period, step: number): Day[] {
  const out: Day[] = [];
  const first = monthOf(extent.from);
  let [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1];
  for (;;) {
    const day = `${year}-${String(month + 1).padStart(2, "0")}-01`;
    if (day >= extent.to) return out;
    // Counted from year 0, so that steps of a quarter or a year begin where people expect them.
    if (day >= extent.from && (year * 12 + month) % step === 0) out.push(day);
    month += 1;
    if (month === 12) [year, month] = [year + 1, 0];
  }
}
