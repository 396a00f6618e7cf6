/** Whether a point lies in a polygon or several, given as flat rings. */

import type { Rings } from "./borders";

/** Even-odd over all rings, so that holes and parts need not be told apart. */
export function inside({ flat, ends }: Rings, x: number, y: number): boolean {
  let within = false;
  let start = 0;
  for (const end of ends) {
    let beforeX = flat[end - 2] ?? 0;
    let beforeY = flat[end - 1] ?? 0;
    for (let index = start; index < end; index += 2) {
      const atX = flat[index] ?? 0;
      const atY = flat[index + 1] ?? 0;
      if (atY > y !== beforeY > y && x < ((beforeX - atX) * (y - atY)) / (beforeY - atY) + atX) within = !within;
      beforeX = atX;
      beforeY = atY;
    }
    start = end;
  }
  return within;
}
