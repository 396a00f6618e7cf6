/** Names of villages and cells. They give way to one another: villages first, then the coarser tier. */

import Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import { all, bbox } from "ol/loadingstrategy";
import { transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";
import type { Locale } from "../state/address";
import type { AreaFeature, CellFeature, Fetching } from "./fetching";
import { type DrawnGrid, drawnBelow, shownGrids } from "./grids";
import type { Paint } from "./paint";
import { changed, type Drawing, LEVEL, type Part, repainted, type Stack } from "./part";

const NAMES_BELOW = 8;
const HOUSEHOLDS_BELOW = 4;
/** Grids of up to so many cells are asked for whole; of larger ones only what is in view. */
const WHOLE = 1000;

const format = new GeoJSON({ featureProjection: "EPSG:3857" });

type LabelLayer = VectorLayer<VectorSource<Label>, Label>;

/** A name at a place inside what it names. */
export class Label extends Feature<Point> {
  constructor(
    at: Point,
    readonly names: { name: string; nameEn: string | null; households: number | null },
  ) {
    super(at);
  }
}

/** What a label says: the name in the reader's language, below it the households if wanted. */
export function labelText(names: Label["names"], locale: Locale, households: boolean): string {
  const name = (locale === "en" && names.nameEn) || names.name;
  if (!households || names.households === null) return name;
  return `${name}\n${names.households}${locale === "en" ? " households" : " 户"}`;
}

/** Below how many metres a pixel the cells of a grid are named. */
export function namedBelow(grid: DrawnGrid, shown: readonly DrawnGrid[]): number {
  const drawn = drawnBelow(grid, shown);
  return grid.tier === 1 ? drawn : Math.min(drawn, NAMES_BELOW);
}

export class Labels implements Part {
  private readonly villages = new VectorSource<Label>();
  private readonly villageLayer: LabelLayer = new VectorLayer({ source: this.villages, declutter: true, zIndex: LEVEL.labels + 5 });
  /** Names by plan: a grid that is switched off and on again is not asked for anew. */
  private readonly known = new Map<number, VectorSource<Label>>();
  private readonly cellLayers = new Map<number, { grid: DrawnGrid; layer: LabelLayer }>();

  constructor(
    private readonly stack: Stack,
    private readonly fetching: Fetching,
  ) {
    stack.addLayer(this.villageLayer);
  }

  found(villages: readonly AreaFeature[]): void {
    this.villages.addFeatures(villages.flatMap((village) => labelOf(village) ?? []));
  }

  show(now: Drawing, before: Drawing | null): void {
    const anew = changed(now, before, "grids", "shown", "labels");
    const shown = now.scene.labels ? shownGrids(now.scene.grids, now.scene.shown) : [];
    if (anew) this.follow(shown);
    this.villageLayer.setVisible(now.scene.labels);
    if (!anew && !repainted(now, before) && !changed(now, before, "locale")) return;
    this.villageLayer.setStyle(styleOf(now, null));
    for (const { grid, layer } of this.cellLayers.values()) {
      layer.setMaxResolution(namedBelow(grid, shown) / now.ground);
      layer.setStyle(styleOf(now, grid));
    }
  }

  dispose(): void {
    this.follow([]);
    this.stack.removeLayer(this.villageLayer);
  }

  private follow(grids: readonly DrawnGrid[]): void {
    const wanted = new Set(grids.map((grid) => grid.plan.id));
    for (const [plan, { layer }] of this.cellLayers) {
      if (wanted.has(plan)) continue;
      this.stack.removeLayer(layer);
      this.cellLayers.delete(plan);
    }
    for (const grid of grids) {
      if (this.cellLayers.has(grid.plan.id)) continue;
      const layer: LabelLayer = new VectorLayer({
        source: this.sourceOf(grid),
        declutter: true,
        zIndex: LEVEL.labels + 4 - Math.min(4, grid.tier),
      });
      this.cellLayers.set(grid.plan.id, { grid, layer });
      this.stack.addLayer(layer);
    }
  }

  private sourceOf(grid: DrawnGrid): VectorSource<Label> {
    let source = this.known.get(grid.plan.id);
    if (!source) this.known.set(grid.plan.id, (source = cellLabels(grid, this.fetching)));
    return source;
  }
}

/** Names come with whole cells, not from tiles: a cell cut by a tile's edge would be named twice. */
function cellLabels(grid: DrawnGrid, fetching: Fetching): VectorSource<Label> {
  const source: VectorSource<Label> = new VectorSource<Label>({
    strategy: grid.cells <= WHOLE ? all : bbox,
    loader: (extent) => {
      const query: Record<string, string> = { grid: String(grid.id) };
      if (grid.cells > WHOLE) query.bbox = transformExtent(extent, "EPSG:3857", "EPSG:4326").join();
      void fetching.all<CellFeature>("/api/cells", query).then(
        (cells) => {
          const missing = cells.filter((cell) => source.getFeatureById(cell.id) === null);
          source.addFeatures(missing.flatMap((cell) => labelOf(cell) ?? []));
        },
        () => source.removeLoadedExtent(extent),
      );
    },
  });
  return source;
}

function labelOf(feature: AreaFeature | CellFeature): Label | null {
  if (feature.geometry === null) return null;
  const geometry = format.readGeometry(feature.geometry);
  const { name, name_en: nameEn, households } = feature.properties;
  const inner =
    geometry instanceof Polygon ? geometry : geometry instanceof MultiPolygon ? largest(geometry.getPolygons()) : undefined;
  if (!inner) return null;
  const [x = 0, y = 0] = inner.getInteriorPoint().getCoordinates();
  const label = new Label(new Point([x, y]), { name, nameEn, households });
  label.setId(feature.id);
  return label;
}

function largest(polygons: readonly Polygon[]): Polygon | undefined {
  return polygons.reduce<Polygon | undefined>((best, polygon) => (best && best.getArea() >= polygon.getArea() ? best : polygon), undefined);
}

/** The style of a grid's names, or of the villages'. */
function styleOf({ paint, scene, ground }: Drawing, grid: DrawnGrid | null) {
  const look = textLook(paint, grid);
  const counted = grid !== null && grid.tier > 1;
  return (feature: unknown, resolution: number): Style | undefined => {
    if (!(feature instanceof Label)) return undefined;
    const text = labelText(feature.names, scene.locale, counted && resolution * ground < HOUSEHOLDS_BELOW);
    return new Style({ text: new Text({ ...look, text }) });
  };
}

function textLook(paint: Paint, grid: DrawnGrid | null) {
  const heading = grid === null || (grid.kind === "comprehensive" && grid.tier === 1);
  return {
    font: heading ? paint.font(12.5, 600) : paint.font(12, 400),
    fill: new Fill({ color: inkOf(paint, grid) }),
    stroke: new Stroke({ color: paint.colour("--map-halo"), width: 3, lineJoin: "round" }),
    padding: [3, 4, 3, 4],
    overflow: true,
  };
}

/** Names of overlaid grids lean towards the colour of their lines, but stay as legible as ink. */
function inkOf(paint: Paint, grid: DrawnGrid | null): string {
  if (grid?.kind === "police") return paint.blended("--grid-j", 0.75, "--text-1");
  if (grid?.kind === "professional" || grid?.kind === "exclusive") return paint.blended("--grid-p", 0.75, "--text-1");
  return paint.colour("--map-label");
}
