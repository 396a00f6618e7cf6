/** Incidents one by one, when near. */

import VectorTileLayer from "ol/layer/VectorTile";
import type RenderFeature from "ol/render/Feature";
import type VectorTileSource from "ol/source/VectorTile";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Fetching } from "./fetching";
import type { Paint } from "./paint";
import { type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";
import type { Hover } from "./scene";
import { incidentQuery, INCIDENTS_FROM, incidentTiles } from "./tiles";

type Incident = NonNullable<Hover["incident"]>;
type Signs = Record<Incident["state"], Style>;

/** How far from its middle a sign still answers, in pixels. */
const REACH = 9;

/**
 * From which zoom incidents are drawn: where there are very many, they would only be a carpet, and
 * too much for a plain machine.
 */
export function pointsFromZoom(located: number): number {
  if (located <= 20_000) return INCIDENTS_FROM;
  return located <= 80_000 ? INCIDENTS_FROM + 1 : INCIDENTS_FROM + 2;
}

/** Signs grow as one comes nearer, in three steps: far away they must leave the ground to be seen. */
export function signSize(metresPerPixel: number): number {
  if (metresPerPixel > 6) return 0.7;
  return metresPerPixel > 2.5 ? 0.85 : 1;
}

export class Incidents implements Part {
  private layer: VectorTileLayer<VectorTileSource<RenderFeature>, RenderFeature> | null = null;
  private query: string | null = null;
  private fromZoom = INCIDENTS_FROM + 1;

  constructor(
    private readonly stack: Stack,
    private readonly fetching: Fetching,
  ) {}

  show(now: Drawing, before: Drawing | null): void {
    const { points, period, categories, hexes } = now.scene;
    if (hexes) this.fromZoom = pointsFromZoom(hexes.located);
    // Without a period the place's extent is not known yet: all of history is not asked for.
    const query = points && period ? incidentQuery(period, categories) : null;
    const anew = query !== this.query;
    if (anew) {
      this.dispose();
      this.query = query;
      if (query !== null) this.add(query);
    }
    this.layer?.setMinZoom(this.fromZoom - 0.01);
    if (this.layer && (anew || repainted(now, before))) {
      const { paint, ground } = now;
      const signs = new Map<number, Signs>();
      this.layer.setStyle((feature, resolution) => {
        const size = signSize(resolution * ground);
        let known = signs.get(size);
        if (!known) signs.set(size, (known = signsOf(paint, size)));
        return known[stateOf(feature.get("state"))];
      });
    }
  }

  /** The incident nearest to a place, if its sign is under the pointer. */
  at(coordinate: readonly number[], resolution: number): Incident | null {
    if (!this.layer) return null;
    const [x = 0, y = 0] = coordinate;
    const reach = REACH * resolution;
    let best: RenderFeature | null = null;
    let bestDistance = reach * reach;
    for (const feature of this.layer.getFeaturesInExtent([x - reach, y - reach, x + reach, y + reach])) {
      const [atX = 0, atY = 0] = feature.getFlatCoordinates();
      const distance = (atX - x) ** 2 + (atY - y) ** 2;
      if (distance <= bestDistance) {
        best = feature;
        bestDistance = distance;
      }
    }
    return best && {
      title: String(best.get("title") ?? ""),
      category: String(best.get("category") ?? ""),
      state: stateOf(best.get("state")),
      occurredAt: Number(best.get("occurred_at")),
    };
  }

  dispose(): void {
    if (this.layer) this.stack.removeLayer(this.layer);
    this.layer = null;
  }

  private add(query: string): void {
    this.layer = new VectorTileLayer({
      source: incidentTiles(query, this.fetching),
      renderMode: "hybrid",
      zIndex: LEVEL.incidents,
    });
    this.stack.addLayer(this.layer);
  }
}

function stateOf(value: unknown): Incident["state"] {
  return value === "closed" ? "closed" : "open";
}

/** Open: a ring. Closed: a small dot beneath. The shape says it without the colour. */
function signsOf(paint: Paint, size: number): Signs {
  return {
    open: new Style({
      image: new CircleStyle({
        radius: 5.4 * size,
        fill: new Fill({ color: paint.colour("--surface-1") }),
        stroke: new Stroke({ color: paint.colour("--ok-fill"), width: 2.6 * size }),
      }),
      zIndex: 1,
    }),
    closed: new Style({
      image: new CircleStyle({
        radius: 3.2 * size,
        fill: new Fill({ color: paint.colour("--shut-fill") }),
        stroke: new Stroke({ color: paint.colour("--map-halo"), width: 1 }),
      }),
      zIndex: 0,
    }),
  };
}
