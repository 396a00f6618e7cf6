import { computed, type ComputedRef, type Ref } from "vue";
import type { Scene } from "../map/scene";
import type { Locale } from "../state/address";
import type { Store } from "../state/store";
import type { Overview } from "./overview";

/** The view and the answers to it as one value for the map. Null before the grids are known. */
export function useScene(
  { view }: Store,
  { lines, shown, hotspots, breaks, coverageGrid, settled, shownCard, grids }: Overview,
  dark: Ref<boolean>,
  locale: Ref<Locale>,
): ComputedRef<Scene | null> {
  return computed(() => {
    if (!grids.data.value) return null;
    const { theme, points, labels, categories } = view.value;
    const card = shownCard.value;
    return {
      theme,
      dark: dark.value,
      locale: locale.value,
      grids: lines.value,
      shown: shown.value,
      hexes: theme === "coverage" ? null : hotspots.data.value,
      breaks: breaks.value,
      coverageGrid: theme === "coverage" ? coverageGrid.value : null,
      points,
      labels,
      period: settled.value,
      categories,
      selected: card && {
        type: "Feature",
        id: card.id,
        properties: {},
        geometry: card.geometry as NonNullable<Scene["selected"]>["geometry"],
      },
    };
  });
}
