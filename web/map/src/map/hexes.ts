/** The themes "hotspots" and "density": hexes filled by class. */

import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";
import { densityClass, densityToken, hotspotInk, hotspotToken, signedConfidence } from "../theme/classes";
import { edgePixels } from "../theme/hexsize";
import { hexFeatures, HexFeature, type HexFigures } from "./hexbuild";
import type { Paint } from "./paint";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";
import type { Scene } from "./scene";

/** A hex at least this wide has room for its confidence. */
const WIDTH_FOR_TEXT = 34;
/** One at least this wide is parted from its neighbours by a fine line. */
const WIDTH_FOR_EDGE = 14;
const OPACITY = 0.72;

/** The colour token of a hex, null where nothing is to be said. */
export function hexToken(figures: HexFigures, theme: Scene["theme"], breaks: readonly number[]): string | null {
  if (theme === "hotspots") return figures.level === 0 ? null : hotspotToken(figures.level);
  if (theme === "density") {
    const step = densityClass(figures.count, breaks);
    return step === 0 ? null : densityToken(step, breaks.length);
  }
  return null;
}

/** How wide a hex lies on the screen: 1.73 of its edges. */
export function hexWidth(resolution: number, metresPerPixel: number): number {
  return Math.sqrt(3) * edgePixels(resolution, metresPerPixel);
}

export class Hexes implements Part {
  private readonly layer = new VectorLayer<VectorSource<HexFeature>, HexFeature>({
    zIndex: LEVEL.theme,
    // So the figures are drawn above points and lines, and give way to names.
    declutter: true,
  });
  private source: VectorSource<HexFeature> | null = null;

  constructor(private readonly stack: Stack) {
    stack.addLayer(this.layer);
  }

  show(now: Drawing, before: Drawing | null): void {
    if (changed(now, before, "hexes")) {
      this.source = now.scene.hexes && new VectorSource({ features: hexFeatures(now.scene.hexes.features), overlaps: false });
      this.layer.setSource(this.source);
    }
    if (repainted(now, before) || changed(now, before, "theme", "breaks", "hexes")) this.layer.setStyle(this.style(now));
    this.layer.setVisible(now.scene.theme !== "coverage");
  }

  at(coordinate: number[]): HexFigures | null {
    if (!this.layer.getVisible()) return null;
    return this.source?.getFeaturesAtCoordinate(coordinate)[0]?.figures ?? null;
  }

  dispose(): void {
    this.stack.removeLayer(this.layer);
  }

  private style({ scene, paint, ground }: Drawing) {
    const { theme, breaks } = scene;
    const resolution = scene.hexes?.resolution ?? 0;
    const styles = new Map<string, Style>();
    return (feature: unknown, projected: number): Style | undefined => {
      if (!(feature instanceof HexFeature)) return undefined;
      const token = hexToken(feature.figures, theme, breaks);
      if (token === null) return undefined;
      const width = hexWidth(resolution, projected * ground);
      const edged = width >= WIDTH_FOR_EDGE;
      const written = theme === "hotspots" && width >= WIDTH_FOR_TEXT;
      const key = `${token}${edged}${written}`;
      let style = styles.get(key);
      if (!style) styles.set(key, (style = hexStyle(paint, token, edged, written ? feature.figures : null)));
      return style;
    };
  }
}

function hexStyle(paint: Paint, token: string, edged: boolean, written: HexFigures | null): Style {
  const fill = new Fill({ color: paint.colour(token, OPACITY) });
  const style = new Style({ fill });
  if (edged) style.setStroke(new Stroke({ color: paint.colour("--map-land", 0.55), width: 1 }));
  if (written) {
    style.setText(
      new Text({
        text: signedConfidence(written.level),
        font: paint.font(11, 600),
        fill: new Fill({ color: paint.colour(hotspotInk(written.level)) }),
        // The full colour around the figure gives it the contrast that the pale fill cannot.
        stroke: new Stroke({ color: paint.colour(token), width: 3 }),
        overflow: true,
      }),
    );
  }
  return style;
}
