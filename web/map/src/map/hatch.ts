/** Diagonal hatching: land that nobody covers. */

const PERIOD = 8;

/** Null where there is no canvas, as in tests. */
export function hatch(color: string): CanvasPattern | null {
  const ratio = Math.max(1, Math.round(devicePixelRatio));
  const canvas = document.createElement("canvas");
  const side = PERIOD * ratio;
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.strokeStyle = color;
  context.lineWidth = 1.1 * ratio;
  context.beginPath();
  // The lines of the two corners make the pattern run on across its own edge.
  for (const offset of [-side, 0, side]) {
    context.moveTo(offset - 1, side + 1);
    context.lineTo(offset + side + 1, -1);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat");
}
