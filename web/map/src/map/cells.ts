/** The cells' borders, one layer for each shown grid. */

import type BaseLayer from "ol/layer/Base";
import VectorTileLayer from "ol/layer/VectorTile";
import type RenderFeature from "ol/render/Feature";
import type VectorTileSource from "ol/source/VectorTile";
import type Style from "ol/style/Style";
import type { Fetching } from "./fetching";
import { type DrawnGrid, drawnBelow, pickOrder, shownGrids } from "./grids";
import { inside } from "./inside";
import { borderStyles, lineLevel, lineWidth } from "./linestyles";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";
import { BORDERS, cellTiles } from "./tiles";

/** Tiles by plan, shared by all layers that draw the same cells. A plan in force never changes. */
export class CellSources {
  private readonly known = new Map<number, VectorTileSource<RenderFeature>>();

  constructor(private readonly fetching: Fetching) {}

  of(grid: DrawnGrid): VectorTileSource<RenderFeature> {
    let source = this.known.get(grid.plan.id);
    if (!source) {
      source = cellTiles(grid, this.fetching);
      this.known.set(grid.plan.id, source);
    }
    return source;
  }
}

export interface PickedCell {
  id: number;
  code: string;
  name: string;
  nameEn: string | null;
}

type CellLayer = VectorTileLayer<VectorTileSource<RenderFeature>, RenderFeature>;

interface Line {
  grid: DrawnGrid;
  layer: CellLayer;
}

export class Cells implements Part {
  private readonly lines = new Map<number, Line>();
  private order: Line[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly sources: CellSources,
  ) {}

  show(now: Drawing, before: Drawing | null): void {
    const anew = changed(now, before, "grids", "shown");
    if (anew) this.follow(shownGrids(now.scene.grids, now.scene.shown));
    if (anew || repainted(now, before)) this.style(now);
  }

  /** The cell that answers a click at this place: of the finest grid that is drawn there. */
  at(coordinate: readonly number[], resolution: number): PickedCell | null {
    const [x = 0, y = 0] = coordinate;
    for (const { layer } of this.order) {
      // A layer that is not drawn at this scale still knows the tiles it drew last.
      if (resolution >= layer.getMaxResolution()) continue;
      const hit = layer
        .getFeaturesInExtent([x, y, x, y])
        .find((cell) => !cell.get(BORDERS) && inside({ flat: cell.getFlatCoordinates(), ends: cell.getEnds() ?? [] }, x, y));
      if (hit) {
        return {
          id: Number(hit.getId()),
          code: String(hit.get("code") ?? ""),
          name: String(hit.get("name") ?? ""),
          nameEn: (hit.get("name_en") as string | undefined) ?? null,
        };
      }
    }
    return null;
  }

  dispose(): void {
    for (const { layer } of this.lines.values()) this.stack.removeLayer(layer);
    this.lines.clear();
    this.order = [];
  }

  private follow(grids: readonly DrawnGrid[]): void {
    const wanted = new Set(grids.map((grid) => grid.plan.id));
    for (const [plan, { layer }] of this.lines) {
      if (wanted.has(plan)) continue;
      this.stack.removeLayer(layer);
      this.lines.delete(plan);
    }
    for (const grid of grids) {
      const known = this.lines.get(grid.plan.id);
      if (known) known.grid = grid;
      else {
        const layer: CellLayer = new VectorTileLayer({
          source: this.sources.of(grid),
          renderMode: "vector",
          zIndex: LEVEL.cells + lineLevel(grid.kind, grid.tier),
        });
        this.lines.set(grid.plan.id, { grid, layer });
        this.stack.addLayer(layer as BaseLayer);
      }
    }
    this.order = pickOrder(grids).flatMap((grid) => this.lines.get(grid.plan.id) ?? []);
  }

  private style({ paint, ground }: Drawing): void {
    const shown = this.order.map(({ grid }) => grid);
    for (const { grid, layer } of this.order) {
      layer.setMaxResolution(drawnBelow(grid, shown) / ground);
      const styles = new Map<number, Style[]>();
      layer.setStyle((feature, resolution) => {
        if (!feature.get(BORDERS)) return undefined;
        const width = lineWidth(grid.tier, resolution * ground);
        let style = styles.get(width);
        if (!style) styles.set(width, (style = borderStyles(grid.kind, grid.tier, resolution * ground, paint)));
        return style;
      });
    }
  }
}
