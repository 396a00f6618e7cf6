/** The map: it follows a scene and tells what a person did on it. */

import "ol/ol.css";
import "./onemap.css";
import ScaleLine from "ol/control/ScaleLine";
import { defaults } from "ol/interaction/defaults";
import OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import { unByKey } from "ol/Observable";
import { toLonLat } from "ol/proj";
import { Camera, flight, groundShare } from "./camera";
import { Cells, CellSources } from "./cells";
import { Coverage } from "./coverage";
import { type AreaFeature, Fetching } from "./fetching";
import { Hexes } from "./hexes";
import { Incidents } from "./incidents";
import { Labels } from "./labels";
import { Land } from "./land";
import { Paint } from "./paint";
import type { Drawing, Part } from "./part";
import { Progress } from "./progress";
import type { Bounds, GridLine, Hover, MapEvents, OneMap, Scene } from "./scene";
import { Selection } from "./selection";

export function createOneMap(target: HTMLElement, events: MapEvents): OneMap {
  target.classList.add("one-map");
  // The arrow keys and + - work once the map itself has the focus.
  target.tabIndex = 0;
  const map = new OlMap({
    target,
    controls: [new ScaleLine({ units: "metric", minWidth: 72, className: "one-map-scale" })],
    interactions: defaults({ altShiftDragRotate: false, pinchRotate: false, zoomDuration: flight() }),
    layers: [],
  });
  const camera = new Camera(map);
  const fetching = new Fetching(new Progress(events.busy, events.failed));
  const sources = new CellSources(fetching);
  const land = new Land(map, sources);
  const hexes = new Hexes(map);
  const cells = new Cells(map, sources);
  const incidents = new Incidents(map, fetching);
  const labels = new Labels(map, fetching);
  const parts: Part[] = [land, new Coverage(map, sources), hexes, cells, new Selection(map), incidents, labels];
  let latest: Drawing | null = null;
  let frame = 0;

  void divisions(fetching).then(
    (found) => {
      if (fetching.disposed) return;
      land.found(found);
      labels.found(found.villages);
    },
    // Without the divisions the cells themselves are the land.
    () => land.found({ towns: [], villages: [] }),
  );

  function look(event: MapBrowserEvent): Hover {
    const resolution = camera.view.getResolution() ?? 0;
    const cell = cells.at(event.coordinate, resolution);
    const [x = 0, y = 0] = event.pixel;
    return {
      at: [x, y],
      cell: cell && { name: (latest?.scene.locale === "en" && cell.nameEn) || cell.name, code: cell.code },
      hex: hexes.at(event.coordinate),
      incident: incidents.at(event.coordinate, resolution),
    };
  }

  function leave(): void {
    cancelAnimationFrame(frame);
    events.hovered(null);
  }

  function pick(coordinate: number[]): void {
    const cell = cells.at(coordinate, camera.view.getResolution() ?? 0);
    const [lon = 0, lat = 0] = toLonLat(coordinate);
    if (cell) events.cellPicked(cell.id, [lon, lat]);
    else events.nothingPicked();
  }

  /** Without a pointer: the arrows move the map, Enter picks what lies in its middle. */
  function entered(event: KeyboardEvent): void {
    const middle = camera.view.getCenter();
    if (event.key === "Enter" && middle) pick(middle);
  }

  const keys = [
    map.on("singleclick", (event) => pick(event.coordinate)),
    map.on("pointermove", (event) => {
      cancelAnimationFrame(frame);
      if (event.dragging) return;
      // At most one look for each frame: the pointer reports far more often.
      frame = requestAnimationFrame(() => {
        const hover = look(event);
        target.style.cursor = hover.cell ? "pointer" : "";
        events.hovered(hover.cell || hover.hex || hover.incident ? hover : null);
      });
    }),
    map.on("movestart", leave),
    map.on("moveend", () => {
      const metres = camera.metresPerPixel();
      if (metres !== null) events.moved(metres, camera.bounds());
    }),
  ];
  target.addEventListener("pointerleave", leave);
  target.addEventListener("keydown", entered);

  return {
    show(scene: Scene): void {
      fetching.locale = scene.locale;
      const ground = groundShare(around(scene.grids));
      const paint = latest && latest.scene.dark === scene.dark ? latest.paint : Paint.of(target);
      const now: Drawing = { scene, paint, ground };
      for (const part of parts) part.show(now, latest);
      latest = now;
    },
    fit: (bounds) => camera.fit(bounds),
    retry: () => fetching.retry(),
    zoomBy: (steps) => camera.zoomBy(steps),
    pad(top, right, bottom, left) {
      camera.pad(top, right, bottom, left);
      target.style.setProperty("--map-pad-right", `${right}px`);
      target.style.setProperty("--map-pad-bottom", `${bottom}px`);
    },
    dispose() {
      cancelAnimationFrame(frame);
      unByKey(keys);
      target.removeEventListener("pointerleave", leave);
      target.removeEventListener("keydown", entered);
      for (const part of parts) part.dispose();
      fetching.dispose();
      map.setTarget();
      map.dispose();
    },
  };
}

async function divisions(fetching: Fetching): Promise<{ towns: AreaFeature[]; villages: AreaFeature[] }> {
  const [towns, villages] = await Promise.all([
    fetching.all<AreaFeature>("/api/areas", { tier: "town" }),
    fetching.all<AreaFeature>("/api/areas", { tier: "village" }),
  ]);
  return { towns, villages };
}

/** The box around all grids. */
function around(grids: readonly GridLine[]): Bounds | null {
  return grids.reduce<Bounds | null>((all, { bbox }) => {
    if (!bbox) return all;
    if (!all) return bbox;
    return [Math.min(all[0], bbox[0]), Math.min(all[1], bbox[1]), Math.max(all[2], bbox[2]), Math.max(all[3], bbox[3])];
  }, null);
}
