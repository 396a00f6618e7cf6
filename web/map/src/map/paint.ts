/**
 * The design tokens as the canvas needs them. They are read once per theme: a style function runs
 * thousands of times a frame, and asking the style sheet each time would be felt.
 */

import { asArray, asString } from "ol/color";

export class Paint {
  private readonly known = new Map<string, string>();

  /** `read` gives the value of a custom property. */
  constructor(private readonly read: (token: string) => string) {}

  static of(element: HTMLElement): Paint {
    const style = getComputedStyle(element);
    return new Paint((token) => style.getPropertyValue(token));
  }

  value(token: string): string {
    let value = this.known.get(token);
    if (value === undefined) {
      value = this.read(token).trim();
      this.known.set(token, value);
    }
    return value;
  }

  /** A colour token, with another opacity if one is given. */
  colour(token: string, opacity?: number): string {
    // A missing token must be seen, and must not stop the whole map.
    const value = this.value(token) || "#000000";
    if (opacity === undefined) return value;
    const [red = 0, green = 0, blue = 0] = asArray(value);
    return asString([red, green, blue, opacity]);
  }

  /** What `token` at this opacity looks like on `ground`, as an opaque colour. */
  blended(token: string, opacity: number, ground: string): string {
    const over = asArray(this.colour(token));
    const under = asArray(this.colour(ground));
    const mixed = [0, 1, 2].map((part) => (over[part] ?? 0) * opacity + (under[part] ?? 0) * (1 - opacity));
    return asString([...mixed, 1]);
  }

  font(size: number, weight: 400 | 600): string {
    return `${weight} ${size}px ${this.value("--font") || "sans-serif"}`;
  }
}
