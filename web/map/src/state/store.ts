/** The one view of the application, kept in step with the address bar. */

import { inject, type InjectionKey, onScopeDispose, readonly, shallowRef, type ShallowRef, watch } from "vue";
import { type Locale, read, write } from "./address";
import { FIRST_VIEW, next, type View, type ViewEvent } from "./view";

export interface Store {
  view: Readonly<ShallowRef<View>>;
  send: (event: ViewEvent) => void;
}

export const STORE: InjectionKey<Store> = Symbol("view");

/** A drag sends many views a second; browsers refuse more than a hundred addresses in thirty. */
const ADDRESS_DELAY_MS = 250;

export function createStore(locale: () => Locale, setLocale: (locale: Locale) => void): Store {
  const first = read(location.hash);
  if (first.lang) setLocale(first.lang);
  const view = shallowRef<View>({
    ...FIRST_VIEW,
    ...first.view,
    sheet: (first.view.cell ?? null) === null ? "none" : "card",
  });
  const send = (event: ViewEvent): void => {
    view.value = next(view.value, event);
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = view.value;
  watch([view, locale], () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const hash = write(view.value, locale());
      if (hash === location.hash) return;
      // Going back undoes a selection, not each step of a drag.
      if (written.cell === view.value.cell) history.replaceState(null, "", hash);
      else history.pushState(null, "", hash);
      written = view.value;
    }, ADDRESS_DELAY_MS);
  });

  const follow = (): void => {
    clearTimeout(timer);
    const { view: said, lang } = read(location.hash);
    if (lang) setLocale(lang);
    // The address does not say a place; one of another cell must not stay.
    send({ type: "addressChanged", view: { ...said, place: null } });
    written = view.value;
  };
  window.addEventListener("popstate", follow);
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener("popstate", follow);
  });
  return { view: readonly(view) as Readonly<ShallowRef<View>>, send };
}

export function useStore(): Store {
  const store = inject(STORE);
  if (!store) throw new Error("no view was provided");
  return store;
}
