import { nextTick, onScopeDispose, type Ref } from "vue";

/** What the map needs to be drawn anew in the light tokens and the size of the paper. */
const REDRAW_MS = 600;
/** What it needs to notice its new size. */
const SIZE_MS = 100;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Paper is light and has no panels. The canvas must be drawn that way before it is put on paper, so
 * the screen takes the paper's shape for a moment: see print.css.
 */
export function usePrinting(dark: Ref<boolean>, refit: () => void) {
  const root = document.documentElement;

  async function print(): Promise<void> {
    const chosen = dark.value;
    root.classList.add("printing");
    dark.value = false;
    await nextTick();
    await pause(SIZE_MS);
    refit();
    await pause(REDRAW_MS);
    try {
      window.print();
    } finally {
      root.classList.remove("printing");
      dark.value = chosen;
    }
    await pause(SIZE_MS);
    refit();
  }

  function pressed(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p") return;
    event.preventDefault();
    void print();
  }
  // By the browser's menu the canvas stays as it is; the words and the legend at least are light.
  const before = (): void => {
    root.dataset.theme = "light";
  };
  const after = (): void => {
    root.dataset.theme = dark.value ? "dark" : "light";
  };
  window.addEventListener("keydown", pressed);
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  onScopeDispose(() => {
    window.removeEventListener("keydown", pressed);
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  });
  return { print };
}
