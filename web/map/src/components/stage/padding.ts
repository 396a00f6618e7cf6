import { onScopeDispose, type Ref, ref, type ShallowRef, watch } from "vue";
import type { OneMap } from "../../map/scene";
import type { Sheet } from "../../state/view";

/** Tell the map which of its sides are covered, and again whenever that changes; gives how often. */
export function usePadding(
  map: ShallowRef<OneMap | null>,
  furniture: Readonly<ShallowRef<HTMLElement | null>>,
  phone: Readonly<Ref<boolean>>,
  overlaid: Readonly<Ref<boolean>>,
  sheet: () => Sheet,
): Readonly<Ref<number>> {
  const times = ref(0);
  function measure(): void {
    const box = furniture.value?.getBoundingClientRect();
    const stage = furniture.value?.parentElement?.getBoundingClientRect();
    if (!map.value || !box || !stage) return;
    const covered = phone.value ? document.querySelector(".sheet")?.getBoundingClientRect() : undefined;
    const top = covered ? Math.min(covered.top, box.height > 0 ? box.top : covered.top) : box.top;
    const panel = overlaid.value ? (document.querySelector(".panel.card")?.getBoundingClientRect().width ?? 0) : 0;
    const side = phone.value ? 8 : 12;
    map.value.pad(phone.value ? 60 : 52, side + panel, Math.max(0, stage.bottom - top), side);
    times.value += 1;
  }
  const observer = new ResizeObserver(measure);
  watch(
    furniture,
    (now, before) => {
      if (before) observer.unobserve(before);
      if (now) observer.observe(now);
    },
    { immediate: true },
  );
  watch([map, phone, overlaid, sheet], measure, { flush: "post" });
  onScopeDispose(() => observer.disconnect());
  return times;
}
