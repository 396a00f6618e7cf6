/** The view in the address bar, so that a link shows another person the same thing. */

import { RESOLUTIONS, type Resolution, THEMES, type Theme } from "../theme/classes";
import { isDay } from "../time/day";
import type { View } from "./view";

export type Locale = "zh" | "en";

export interface Address {
  view: Partial<View>;
  lang: Locale | null;
}

const PAGE = "#/overview";

/** The hash of a view: only what differs from the first view is written. */
export function write(view: View, lang: Locale): string {
  const query = new URLSearchParams();
  if (view.theme !== "hotspots") query.set("theme", view.theme);
  if (view.period) {
    query.set("from", view.period.from);
    query.set("to", view.period.to);
  }
  for (const category of view.categories) query.append("category", category);
  if (view.resolution !== null) query.set("hex", String(view.resolution));
  if (view.grids !== null) query.set("grids", view.grids.join("."));
  if (view.coverageGrid !== null) query.set("of", String(view.coverageGrid));
  if (view.cell !== null) query.set("cell", String(view.cell));
  if (lang !== "zh") query.set("lang", lang);
  const text = query.toString();
  return text ? `${PAGE}?${text}` : PAGE;
}

/** What a hash says; anything it does not say, or says wrongly, is the first view's. */
export function read(hash: string): Address {
  const query = new URLSearchParams(hash.split("?")[1] ?? "");
  const theme = query.get("theme");
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const grids = query.get("grids");
  const lang = query.get("lang");
  return {
    view: {
      theme: THEMES.includes(theme as Theme) ? (theme as Theme) : "hotspots",
      period: isDay(from) && isDay(to) && from < to ? { from, to } : null,
      categories: query.getAll("category").sort(),
      resolution: RESOLUTIONS.find((value): value is Resolution => String(value) === query.get("hex")) ?? null,
      grids: grids === null ? null : grids.split(".").map(number).filter((id) => id !== null),
      coverageGrid: number(query.get("of")),
      cell: number(query.get("cell")),
    },
    lang: lang === "en" || lang === "zh" ? lang : null,
  };
}

function number(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
