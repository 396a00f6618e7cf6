import { computed } from "vue";
import { type Named, useWords } from "../i18n";
import { useOverview } from "./overview";

/** Names of grids that tell them apart: tiers of one grid often share its name. */
export function useGridNames(): (grid: Named & { tier: number }) => string {
  const { named, tierName } = useWords();
  const { lines } = useOverview();
  const shared = computed(() => {
    const names = lines.value.map(named);
    return new Set(names.filter((name, index) => names.indexOf(name) !== index));
  });
  return (grid) => (shared.value.has(named(grid)) ? `${named(grid)} · ${tierName(grid.tier)}` : named(grid));
}
