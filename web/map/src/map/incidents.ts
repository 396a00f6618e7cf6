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
type State = Incident["state"];
type SignLayer = VectorTileLayer<VectorTileSource<RenderFeature>, RenderFeature>;

/** Closed ones lie below the names, open ones above them: a name must never hide what waits for somebody. */
const LEVELS: Record<State, number> = { closed: LEVEL.incidents, open: LEVEL.open };
const STATES: readonly State[] = ["closed", "open"];
/** Metres of the projection a pixel at zoom 0, tiles of 256 px. */
const WORLD = 156_543.034;

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
  private layers: Partial<Record<State, SignLayer>> = {};
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
    for (const state of STATES) {
      this.layers[state]?.setMaxResolution(WORLD / 2 ** (this.fromZoom - 0.01));
      if (anew || repainted(now, before)) this.layers[state]?.setStyle(styleOf(now, state));
    }
  }

  /** The incident nearest to a place, if its sign is under the pointer. */
  at(coordinate: readonly number[], resolution: number): Incident | null {
    const layer = this.layers.open;
    // A layer that is not drawn at this scale still knows the tiles it drew last.
    if (!layer || resolution >= layer.getMaxResolution()) return null;
    const [x = 0, y = 0] = coordinate;
    const reach = REACH * resolution;
    let best: RenderFeature | null = null;
    let bestDistance = reach * reach;
    for (const feature of layer.getFeaturesInExtent([x - reach, y - reach, x + reach, y + reach])) {
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
    for (const layer of Object.values(this.layers)) this.stack.removeLayer(layer);
    this.layers = {};
  }

  private add(query: string): void {
    const source = incidentTiles(query, this.fetching);
    for (const state of STATES) {
      const layer: SignLayer = new VectorTileLayer({
        source,
        renderMode: "hybrid",
        // Of what is drawn with the names, the signs take no part in giving way: see their styles.
        declutter: state === "open",
        zIndex: LEVELS[state],
      });
      this.layers[state] = layer;
      this.stack.addLayer(layer);
    }
  }
}

function styleOf({ paint, ground }: Drawing, state: State) {
  const signs = new Map<number, Style>();
  return (feature: { get(key: string): unknown }, resolution: number): Style | undefined => {
    if (stateOf(feature.get("state")) !== state) return undefined;
    const size = signSize(resolution * ground);
    let sign = signs.get(size);
    if (!sign) signs.set(size, (sign = signOf(paint, state, size)));
    return sign;
  };
}

function stateOf(value: unknown): State {
  return value === "closed" ? "closed" : "open";
}

/** Open: a ring. Closed: a small dot. The shape says it without the colour. */
function signOf(paint: Paint, state: State, size: number): Style {
  const image =
    state === "open"
      ? new CircleStyle({
          radius: 5.4 * size,
          fill: new Fill({ color: paint.colour("--surface-1") }),
          stroke: new Stroke({ color: paint.colour("--ok-fill"), width: 2.6 * size }),
          declutterMode: "none",
        })
      : new CircleStyle({
          radius: 3.2 * size,
          fill: new Fill({ color: paint.colour("--shut-fill") }),
          stroke: new Stroke({ color: paint.colour("--map-halo"), width: 1 }),
        });
  return new Style({ image });
}
