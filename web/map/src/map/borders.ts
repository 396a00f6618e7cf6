/**
 * The borders of a tile's cells, each once. Neighbouring cells both carry their common border: drawn
 * twice, its dashes would fill each other's gaps. Where the server cut a cell at the tile's margin
 * there is no border at all.
 */

export interface Rings {
  flat: readonly number[];
  ends: readonly number[];
}

export type Box = readonly [west: number, south: number, east: number, north: number];

/** MVT coordinates run over 4096 steps, and the server adds 64 on each side. */
const STEPS = 4096;
const MARGIN = 64;
/** One more than the steps of a tile with its margins: makes one number of two coordinates. */
const SPAN = STEPS + 2 * MARGIN + 1;

export interface Lines {
  flat: number[];
  ends: number[];
}

export function bordersOf(cells: readonly Rings[], tile: Box): Lines {
  const [west, south, east] = tile;
  const step = (east - west) / STEPS;
  const out: Lines = { flat: [], ends: [] };
  const seen = new Set<number>();
  const across = (x: number) => Math.round((x - west) / step) + MARGIN;
  const up = (y: number) => Math.round((y - south) / step) + MARGIN;
  const last = SPAN - 1;

  for (const { flat, ends } of cells) {
    let start = 0;
    for (const end of ends) {
      let open = false;
      for (let index = start; index + 3 < end; index += 2) {
        const ax = across(flat[index] ?? 0);
        const ay = up(flat[index + 1] ?? 0);
        const bx = across(flat[index + 2] ?? 0);
        const by = up(flat[index + 3] ?? 0);
        const cut = (ax === bx && (ax <= 0 || ax >= last)) || (ay === by && (ay <= 0 || ay >= last));
        const a = ax * SPAN + ay;
        const b = bx * SPAN + by;
        const key = Math.min(a, b) * SPAN * SPAN + Math.max(a, b);
        if (cut || a === b || seen.has(key)) {
          if (a !== b && open) open = close(out);
          continue;
        }
        seen.add(key);
        if (!open) out.flat.push(flat[index] ?? 0, flat[index + 1] ?? 0);
        out.flat.push(flat[index + 2] ?? 0, flat[index + 3] ?? 0);
        open = true;
      }
      if (open) close(out);
      start = end;
    }
  }
  return out;
}

function close(out: Lines): false {
  out.ends.push(out.flat.length);
  return false;
}
