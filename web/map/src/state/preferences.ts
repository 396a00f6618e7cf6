/** What a person chose once and finds again: language and light or dark. */

import { ref, type Ref, watch } from "vue";
import type { Locale } from "./address";

const THEME = "gridgis.theme";
const LANGUAGE = "gridgis.language";

export interface Preferences {
  dark: Ref<boolean>;
  locale: Ref<Locale>;
}

/** Storage may be forbidden; then the choice lasts as long as the page. */
function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: see above.
  }
}

export function createPreferences(): Preferences {
  const theme = remembered(THEME);
  const dark = ref(theme === null ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark");
  const locale = ref<Locale>(remembered(LANGUAGE) === "en" ? "en" : "zh");
  watch(dark, (value) => remember(THEME, value ? "dark" : "light"));
  watch(locale, (value) => remember(LANGUAGE, value));
  watch(dark, (value) => (document.documentElement.dataset.theme = value ? "dark" : "light"), {
    immediate: true,
    flush: "sync",
  });
  watch(locale, (value) => (document.documentElement.lang = value === "zh" ? "zh-CN" : "en"), {
    immediate: true,
    flush: "sync",
  });
  return { dark, locale };
}
