/** Days as they are printed: 2026-10-21 in Chinese, 21 Oct 2026 in English. */

import type { Locale } from "../state/address";
import { addDays, type Day, dayOf } from "../time/day";
import type { Period } from "../time/period";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function dayText(day: Day, locale: Locale): string {
  return locale === "zh" ? day : `${short(day, locale)} ${day.slice(0, 4)}`;
}

/** Without the year: 10-21, 21 Oct. */
export function short(day: Day, locale: Locale): string {
  if (locale === "zh") return day.slice(5);
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ""}`;
}

/** First and last day of a period; the year is said once where it is the same. */
export function periodText(period: Period, locale: Locale): string {
  const last = addDays(period.to, -1);
  if (last <= period.from) return dayText(period.from, locale);
  const together = last.slice(0, 4) === period.from.slice(0, 4);
  if (locale === "zh") return `${period.from} — ${together ? short(last, locale) : last}`;
  return `${together ? short(period.from, locale) : dayText(period.from, locale)} – ${dayText(last, locale)}`;
}

/** A month on an axis; January carries its year. */
export function monthText(day: Day, locale: Locale): string {
  const month = Number(day.slice(5, 7));
  if (month === 1) return day.slice(0, 4);
  return locale === "zh" ? `${month} 月` : (MONTHS[month - 1] ?? "");
}

/** The day and minute of an instant, in the town's time. */
export function momentText(instant: number, locale: Locale): string {
  return `${dayText(dayOf(instant), locale)} ${clockText(instant).slice(0, 5)}`;
}

export function clockText(instant: number): string {
  return new Date(instant).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" });
}
