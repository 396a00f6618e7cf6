/** The theme "coverage": the land that a grid covers, over the hatching of all that it does not. */

import VectorTileLayer from "ol/layer/VectorTile";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { CellSources } from "./cells";
import { isDrawn } from "./grids";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";
import { BORDERS } from "./tiles";

export class Coverage implements Part {
  private layer: VectorTileLayer | null = null;

  constructor(
    private readonly stack: Stack,
    private readonly sources: CellSources,
  ) {}

  show(now: Drawing, before: Drawing | null): void {
    const anew = changed(now, before, "theme", "coverageGrid", "grids");
    if (anew) this.follow(now);
    if (this.layer && (anew || repainted(now, before))) {
      // Opaque, since the hatching must not show through what is covered.
      const color = now.paint.blended("--den-2", 0.75, "--map-land");
      const covered = new Style({ fill: new Fill({ color }), stroke: new Stroke({ color, width: 1 }) });
      this.layer.setStyle((feature) => (feature.get(BORDERS) ? undefined : covered));
    }
  }

  dispose(): void {
    if (this.layer) this.stack.removeLayer(this.layer);
    this.layer = null;
  }

  private follow({ scene }: Drawing): void {
    this.dispose();
    const grid = scene.grids.filter(isDrawn).find(({ id }) => id === scene.coverageGrid);
    if (scene.theme !== "coverage" || !grid) return;
    this.layer = new VectorTileLayer({
      source: this.sources.of(grid),
      // Whole pictures of tiles leave no hairlines between them.
      renderMode: "hybrid",
      zIndex: LEVEL.theme,
    });
    this.stack.addLayer(this.layer);
  }
}
