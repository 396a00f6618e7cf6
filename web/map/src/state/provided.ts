import { inject, type InjectionKey } from "vue";
import type { Preferences } from "./preferences";

export const PREFERENCES: InjectionKey<Preferences> = Symbol("preferences");

export function usePreferences(): Preferences {
  const preferences = inject(PREFERENCES);
  if (!preferences) throw new Error("no preferences were provided");
  return preferences;
}
