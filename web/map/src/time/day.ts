/**
 * Days of the town's calendar, as "2026-11-24". The store keeps UTC; a day begins at midnight in
 * Asia/Shanghai, which has no summer time, so a day is always 24 hours and arithmetic is exact.
 */

export type Day = string;

export const ZONE = "Asia/Shanghai";
const OFFSET = "+08:00";
const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** Whether the text is a day that exists: 2026-02-30 does not. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day on which an instant falls in the town. */
export function dayOf(instant: string | number | Date): Day {
  const time = instant instanceof Date ? instant.getTime() : new Date(instant).getTime();
  return new Date(time + OFFSET_MS).toISOString().slice(0, 10);
}

/** The hour of the town's day at an instant, 0 to 23. */
export function hourOf(instant: string | number | Date): number {
  return new Date(new Date(instant).getTime() + OFFSET_MS).getUTCHours();
}

/** The instant at which a day begins, as the API takes it. */
export function startOf(day: Day): string {
  return `${day}T00:00:00${OFFSET}`;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days from one to the other. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The Monday of a day's week. */
export function weekOf(day: Day): Day {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** The first day of a day's month. */
export function monthOf(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}
