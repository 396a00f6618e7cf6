/** Where one looks: fit, zoom, the part that panels leave free. */

import type Map from "ol/Map";
import { fromLonLat, getPointResolution, transformExtent } from "ol/proj";
import View from "ol/View";
import type { Bounds } from "./scene";

const FLIGHT = 320;
const ROOM = 24;

export class Camera {
  readonly view = new View({
    projection: "EPSG:3857",
    minZoom: 8,
    maxZoom: 20,
    // Any zoom, not only whole steps: a town should fill its part of the screen.
    constrainResolution: false,
    enableRotation: false,
    showFullExtent: true,
  });
  private waiting: Bounds | null = null;
  /** Where a flight goes to, until it has arrived or somebody takes the map in hand. */
  private heading: Bounds | null = null;

  constructor(private readonly map: Map) {
    map.setView(this.view);
    map.on("change:size", () => {
      if (this.waiting) this.fit(this.waiting);
    });
  }

  fit(bounds: Bounds): void {
    const size = this.map.getSize();
    if (!size || size.some((side) => side <= 0)) {
      this.waiting = bounds;
      return;
    }
    this.waiting = null;
    const first = !this.view.isDef();
    if (first) this.view.setCenter(fromLonLat([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]));
    const [top = 0, right = 0, bottom = 0, left = 0] = this.view.padding ?? [];
    // Room to breathe, unless panels leave hardly any.
    const room = Math.min(size[0] ?? 0, size[1] ?? 0) > 300 ? ROOM : 8;
    const free = [(size[0] ?? 0) - left - right, (size[1] ?? 0) - top - bottom].every((side) => side > 2 * room + 40);
    this.view.cancelAnimations();
    this.view.fit(transformExtent([...bounds], "EPSG:4326", "EPSG:3857"), {
      padding: free ? [room, room, room, room] : [0, 0, 0, 0],
      duration: first ? 0 : flight(),
      maxZoom: 17,
      callback: () => (this.heading = null),
    });
    if (this.view.getAnimating()) this.heading = bounds;
  }

  zoomBy(steps: number): void {
    const zoom = this.view.getZoom();
    if (zoom === undefined) return;
    this.view.cancelAnimations();
    this.view.animate({ zoom: this.view.getConstrainedZoom(zoom + steps) ?? zoom, duration: flight() });
  }

  pad(top: number, right: number, bottom: number, left: number): void {
    const before = this.view.padding ?? [];
    if ([top, right, bottom, left].every((side, index) => side === before[index])) return;
    // A new padding ends a flight where it is: it starts again, to where it was going.
    const heading = this.heading;
    this.view.padding = [top, right, bottom, left];
    if (heading) this.fit(heading);
  }

  metresPerPixel(): number | null {
    const centre = this.view.getCenter();
    const resolution = this.view.getResolution();
    return centre && resolution !== undefined ? getPointResolution("EPSG:3857", resolution, centre, "m") : null;
  }

  bounds(): Bounds {
    return transformExtent(this.view.calculateExtent(this.map.getSize()), "EPSG:3857", "EPSG:4326") as unknown as Bounds;
  }
}

/** Metres of ground for each projected metre at a latitude. */
export function groundShare(bounds: Bounds | null): number {
  return bounds ? Math.cos(((bounds[1] + bounds[3]) / 2) * (Math.PI / 180)) : 1;
}

/** How long a flight takes, in milliseconds; where less motion is wanted it is a jump. */
export function flight(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : FLIGHT;
}
