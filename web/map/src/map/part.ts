/** What the parts of the map have in common. */

import type BaseLayer from "ol/layer/Base";
import type { Paint } from "./paint";
import type { Scene } from "./scene";

/** A scene with what is needed to draw it. */
export interface Drawing {
  scene: Scene;
  paint: Paint;
  /** Metres of ground for each unit of the projection: Web Mercator stretches away from the equator. */
  ground: number;
}

/** A part of the map: some layers, and how they follow the scene. */
export interface Part {
  show(now: Drawing, before: Drawing | null): void;
  dispose(): void;
}

export interface Stack {
  addLayer(layer: BaseLayer): void;
  removeLayer(layer: BaseLayer): unknown;
}

/** From bottom to top. */
export const LEVEL = {
  land: 0,
  hatch: 1,
  villages: 2,
  theme: 10,
  cells: 20,
  outline: 30,
  selection: 40,
  incidents: 50,
  labels: 60,
  open: 70,
} as const;

/** Whether any of these values of the scene is another one than before. */
export function changed(now: Drawing, before: Drawing | null, ...keys: (keyof Scene)[]): boolean {
  return before === null || keys.some((key) => now.scene[key] !== before.scene[key]);
}

/** Whether styles must be made again. */
export function repainted(now: Drawing, before: Drawing | null): boolean {
  return before?.paint !== now.paint || before.ground !== now.ground;
}
