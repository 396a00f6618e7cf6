import { nextTick, onScopeDispose, type Ref, type ShallowRef } from "vue";
import type { OneMap } from "../../map/scene";

/** Paper is light: the tokens change before printing and back after it. */
export function usePrinting(dark: Ref<boolean>, map: ShallowRef<OneMap | null>) {
  const root = document.documentElement;
  const after = (): void => {
    root.dataset.theme = dark.value ? "dark" : "light";
  };
  const before = (): void => {
    root.dataset.theme = "light";
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  onScopeDispose(() => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  });

  async function print(): Promise<void> {
    const chosen = dark.value;
    // The canvas needs some frames in the light tokens before it is put on paper.
    if (chosen && map.value) {
      dark.value = false;
      await nextTick();
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    window.print();
    dark.value = chosen;
  }
  return { print };
}
