/**
 * The ground: our own plain base map. Where the divisions are known, the town is filled and outlined
 * and the villages bordered; elsewhere the cells of the coarsest grids stand for the land.
 */

import type Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import type BaseLayer from "ol/layer/Base";
import VectorLayer from "ol/layer/Vector";
import VectorTileLayer from "ol/layer/VectorTile";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { CellSources } from "./cells";
import type { AreaFeature } from "./fetching";
import { type DrawnGrid, landGrids } from "./grids";
import { hatch } from "./hatch";
import type { Paint } from "./paint";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";
import { BORDERS } from "./tiles";

const format = new GeoJSON({ featureProjection: "EPSG:3857" });

export interface Divisions {
  towns: readonly AreaFeature[];
  villages: readonly AreaFeature[];
}

export class Land implements Part {
  private divisions: Divisions | null = null;
  private latest: Drawing | null = null;
  private layers: BaseLayer[] = [];
  private restyle: ((drawing: Drawing) => void) | null = null;
  /** The plans whose cells stand for the land, null where divisions do. */
  private plans: string | null = null;

  constructor(
    private readonly stack: Stack,
    private readonly cells: CellSources,
  ) {}

  /** The divisions are known: maybe none. */
  found(divisions: Divisions): void {
    this.divisions = divisions;
    this.build();
  }

  show(now: Drawing, before: Drawing | null): void {
    this.latest = now;
    const moved = this.plans !== null && this.plans !== plansOf(landGrids(now.scene.grids));
    if (changed(now, before, "grids") && (this.layers.length === 0 || moved)) this.build();
    else if (repainted(now, before) || changed(now, before, "theme")) this.restyle?.(now);
  }

  dispose(): void {
    for (const layer of this.layers) this.stack.removeLayer(layer);
    this.layers = [];
  }

  private build(): void {
    if (this.divisions === null || this.latest === null) return;
    this.dispose();
    const { towns, villages } = this.divisions;
    if (towns.length > 0 || villages.length > 0) this.fromDivisions(towns, villages);
    else this.fromCells(this.latest);
    for (const layer of this.layers) this.stack.addLayer(layer);
    this.restyle?.(this.latest);
  }

  private fromDivisions(towns: readonly AreaFeature[], villages: readonly AreaFeature[]): void {
    const land = features(towns.length > 0 ? towns : villages);
    const ground = new VectorLayer({ source: new VectorSource({ features: land }), zIndex: LEVEL.land });
    const inner = new VectorLayer({ source: new VectorSource({ features: features(villages) }), zIndex: LEVEL.villages });
    const outline = new VectorLayer({ source: new VectorSource({ features: features(towns) }), zIndex: LEVEL.outline });
    this.layers = [ground, inner, outline];
    this.restyle = ({ paint, scene }) => {
      ground.setStyle(scene.theme === "coverage" ? [plainStyle(paint), hatchStyle(paint)] : plainStyle(paint));
      inner.setStyle(new Style({ stroke: new Stroke({ color: paint.colour("--map-road-case"), width: 1.25 }) }));
      outline.setStyle(new Style({ stroke: new Stroke({ color: paint.colour("--grid-c"), width: 2.4, lineJoin: "round" }) }));
    };
  }

  private fromCells({ scene }: Drawing): void {
    const grids = landGrids(scene.grids);
    this.plans = plansOf(grids);
    const sources = grids.map((grid) => this.cells.of(grid));
    // Whole pictures of tiles leave no hairlines between them; only as vectors does the hatching run on.
    const grounds = sources.map((source) => new VectorTileLayer({ source, renderMode: "hybrid", zIndex: LEVEL.land }));
    const hatched = sources.map((source) => new VectorTileLayer({ source, renderMode: "vector", zIndex: LEVEL.hatch }));
    this.layers = [...grounds, ...hatched];
    this.restyle = ({ paint, scene: { theme } }) => {
      const plain = plainStyle(paint);
      const lines = hatchStyle(paint);
      for (const layer of grounds) layer.setStyle((feature) => (feature.get(BORDERS) ? undefined : plain));
      for (const layer of hatched) {
        layer.setStyle((feature) => (feature.get(BORDERS) ? undefined : lines));
        layer.setVisible(theme === "coverage");
      }
    };
  }
}

function plansOf(grids: readonly DrawnGrid[]): string {
  return grids.map((grid) => grid.plan.id).join();
}

/** A thin line in the fill's own colour closes the hairline gaps between neighbours. */
function plainStyle(paint: Paint): Style {
  const color = paint.colour("--map-land");
  return new Style({ fill: new Fill({ color }), stroke: new Stroke({ color, width: 1 }) });
}

function hatchStyle(paint: Paint): Style {
  const color = hatch(paint.colour("--line-2"));
  return color ? new Style({ fill: new Fill({ color }) }) : new Style();
}

function features(areas: readonly AreaFeature[]): Feature[] {
  return areas.filter((area) => area.geometry !== null).map((area) => format.readFeature(area) as Feature);
}
