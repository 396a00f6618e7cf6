/** The outline of the selected cell: cased, so that it stands out from any fill. */

import GeoJSON from "ol/format/GeoJSON";
import type Feature from "ol/Feature";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";

const format = new GeoJSON({ featureProjection: "EPSG:3857" });

export class Selection implements Part {
  private readonly source = new VectorSource();
  private readonly layer = new VectorLayer({ source: this.source, zIndex: LEVEL.selection });

  constructor(private readonly stack: Stack) {
    stack.addLayer(this.layer);
  }

  show(now: Drawing, before: Drawing | null): void {
    if (changed(now, before, "selected")) {
      this.source.clear(true);
      if (now.scene.selected) this.source.addFeature(format.readFeature(now.scene.selected) as Feature);
    }
    if (repainted(now, before)) {
      const line = { lineJoin: "round", lineCap: "round" } as const;
      this.layer.setStyle([
        // The casing is the land's halo: white by day, dark by night.
        new Style({ stroke: new Stroke({ ...line, color: now.paint.colour("--map-halo", 1), width: 6.6 }) }),
        new Style({ stroke: new Stroke({ ...line, color: now.paint.colour("--sel"), width: 2.6 }) }),
      ]);
    }
  }

  dispose(): void {
    this.stack.removeLayer(this.layer);
  }
}
