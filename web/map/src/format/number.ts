/** Numbers as people read them: grouped, with U+2212 for minus, and a dash for what is not known. */

export const UNKNOWN = "—";

/** A count, grouped in threes: 12,345. */
export function whole(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return minus(Math.round(value).toLocaleString("en-US"));
}

/** A share of 1 in percent; one decimal, except where it is exactly 0 or 100 %. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN;
  if (share === 0 || share === 1) return `${share * 100}%`;
  // 99.96 % must not read 100.0 %: what is missing is the point of the figure.
  const shown = share > 0.9995 && share < 1 ? (Math.floor(share * 1e4) / 100).toFixed(2) : (share * 100).toFixed(1);
  return `${minus(shown)}%`;
}

/** Square kilometres from square metres, with the digits that its size deserves. */
export function squareKilometres(m2: number | null | undefined): string {
  if (m2 === null || m2 === undefined || !Number.isFinite(m2)) return UNKNOWN;
  const km2 = m2 / 1e6;
  if (km2 >= 1000) return whole(km2);
  return km2.toFixed(km2 >= 100 ? 0 : km2 >= 10 ? 1 : 2);
}

/** A score with its sign, two decimals. */
export function signed(value: number, digits = 2): string {
  return (value > 0 ? "+" : "") + minus(value.toFixed(digits));
}

export interface Change {
  direction: "up" | "down" | "same";
  /** Null where there was nothing before, so no share can be given. */
  share: number | null;
  difference: number;
}

/** How a count changed against an earlier one. */
export function change(now: number, before: number): Change {
  const difference = now - before;
  return {
    direction: difference > 0 ? "up" : difference < 0 ? "down" : "same",
    share: before > 0 ? Math.abs(difference) / before : null,
    difference,
  };
}

function minus(text: string): string {
  return text.replace("-", "\u2212");
}
