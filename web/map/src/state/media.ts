import { onScopeDispose, ref, type Ref } from "vue";

/** Whether a media query matches, now and as it changes. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query);
  const matches = ref(list.matches);
  const update = (): void => {
    matches.value = list.matches;
  };
  list.addEventListener("change", update);
  onScopeDispose(() => list.removeEventListener("change", update));
  return matches;
}

export const PHONE = "(max-width: 720px)";
export const NARROW = "(max-width: 1199px)";
export const CRAMPED = "(max-width: 1020px)";
export const STILL = "(prefers-reduced-motion: reduce)";
