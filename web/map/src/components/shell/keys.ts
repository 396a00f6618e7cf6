import { onScopeDispose } from "vue";
import type { ViewEvent } from "../../state/view";

interface Targets {
  search: () => void;
  help: () => void;
  /** A dialog is open and has the keys. */
  held: () => boolean;
  send: (event: ViewEvent) => void;
}

const THEME_KEYS = { "1": "hotspots", "2": "density", "3": "coverage" } as const;

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select"));
}

/** The keys of the whole application. Single letters only where nobody is writing. */
export function useKeys({ search, help, held, send }: Targets): void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || held()) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      search();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (event.key === "Escape") send({ type: "escaped" });
    else if (event.key === "[") send({ type: "leftFolded" });
    else if (event.key === "]") send({ type: "rightFolded" });
    else if (event.key === "?") help();
    else if (event.key in THEME_KEYS) send({ type: "themePicked", theme: THEME_KEYS[event.key as keyof typeof THEME_KEYS] });
    else return;
    event.preventDefault();
  };
  window.addEventListener("keydown", pressed);
  onScopeDispose(() => window.removeEventListener("keydown", pressed));
}
