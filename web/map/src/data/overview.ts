/** All that the one map's panels show: the view, the answers to it, and what follows from both. */

import { computed, inject, type InjectionKey, type Ref, ref, shallowRef, watch } from "vue";
import { densityBreaks, type Resolution } from "../theme/classes";
import { dayOf } from "../time/day";
import { length, type Period, previous, series } from "../time/period";
import { useSettled } from "../state/settled";
import type { Store } from "../state/store";
import type { Bounds, OneMap } from "../map/scene";
import { around, extentOf, firstGrids, periodWithin, resolutionOf, wholeDays } from "./choices";
import { useHotspots } from "./hotspots";
import { middle } from "./middle";
import { useCard, useCoverage, useGrids, useLocated, useTimeline } from "./questions";

/** Longer than the pause between two steps of a drag or of a held key, shorter than impatience. */
const SETTLE_MS = 220;

export function createOverview({ view, send }: Store) {
  const grids = useGrids();
  const lines = computed(() => grids.data.value?.grids ?? []);
  const shown = computed(() => view.value.grids ?? firstGrids(lines.value));
  const coverageGrid = computed(() => {
    const drawn = lines.value.filter((grid) => grid.plan !== null);
    return (drawn.find((grid) => grid.id === view.value.coverageGrid) ?? drawn[0])?.id ?? null;
  });
  /** Whether there is anything to draw; null until that is known. */
  const empty = computed(() => (grids.data.value ? lines.value.every((grid) => grid.plan === null) : null));

  const timeline = useTimeline(() => view.value.categories);
  const extent = computed(() => extentOf(timeline.data.value));
  /** What presets choose from: a day that has only begun would make every comparison a fall. */
  const whole = computed(() => extent.value && wholeDays(extent.value, timeline.data.value?.to ?? null));
  const days = computed(() =>
    extent.value && timeline.data.value
      ? series(
          timeline.data.value.buckets.map(({ start, count }) => ({ day: dayOf(start), count })),
          extent.value,
        )
      : null,
  );
  const period = computed(() => view.value.period);
  const before = computed(() => (period.value ? previous(period.value) : null));
  watch(
    [extent, period],
    ([known, asked]) => {
      if (!known) return;
      const within = periodWithin(asked, known, whole.value ?? known);
      if (asked?.from !== within.from || asked.to !== within.to) send({ type: "periodChanged", period: within });
    },
    { immediate: true },
  );
  const settled = useSettled(() => (extent.value ? period.value : null), SETTLE_MS);

  /** What the server is asked for: null while not known, no bounds where there is no incident. */
  const asked = computed<Partial<Period> | null>(() => {
    if (timeline.data.value === null) return null;
    return extent.value ? settled.value : {};
  });

  const coverage = useCoverage(() => (empty.value === false ? asked.value : null));

  const metresPerPixel = ref<number | null>(null);
  const scaled = computed<Resolution | null>(() => {
    const bbox = grids.data.value?.bbox;
    return bbox ? resolutionOf(bbox) : null;
  });
  const hotspots = useHotspots(() => {
    if (asked.value === null || scaled.value === null || empty.value !== false) return null;
    const { categories, resolution } = view.value;
    return { period: asked.value, categories, chosen: resolution, scaled: scaled.value };
  });
  const breaks = computed(() =>
    densityBreaks(hotspots.data.value?.features.map((hex) => hex.properties.count) ?? []),
  );

  const card = useCard(() =>
    view.value.cell === null || asked.value === null ? null : { cell: view.value.cell, period: asked.value },
  );
  /** The card of the selected cell, and of no other while a new one is on its way. */
  const shownCard = computed(() => (card.data.value?.id === view.value.cell ? card.data.value : null));
  /** Where the other grids are asked: what was clicked, or else the middle of the cell. */
  const place = computed(() => {
    if (view.value.cell === null) return null;
    if (view.value.place) return view.value.place;
    const outline = shownCard.value?.geometry as Parameters<typeof middle>[0] | undefined;
    return outline ? middle(outline) : null;
  });
  const located = useLocated(() => place.value);

  /** Null until the map library has been loaded. */
  const map = shallowRef<OneMap | null>(null);
  /** Whether somebody has moved the map; until then it follows the free part of the screen. */
  const taken = ref(false);
  function fit(bounds: Bounds): void {
    taken.value = true;
    map.value?.fit(around(bounds));
  }

  const busy: Ref<boolean> = computed(() =>
    [grids, timeline, hotspots, coverage, card].some((answer) => answer.busy.value),
  );
  return {
    grids, lines, shown, coverageGrid, empty,
    timeline, extent, whole, days, period, before, settled,
    periodLength: computed(() => (period.value ? length(period.value) : 0)),
    metresPerPixel, hotspots, breaks, coverage, card, shownCard, located, busy, map, taken, fit,
  };
}

export type Overview = ReturnType<typeof createOverview>;
export const OVERVIEW: InjectionKey<Overview> = Symbol("overview");

export function useOverview(): Overview {
  const overview = inject(OVERVIEW);
  if (!overview) throw new Error("no overview was provided");
  return overview;
}
