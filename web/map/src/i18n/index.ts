import { computed, type ComputedRef, type Ref } from "vue";
import { createI18n, useI18n } from "vue-i18n";
import { dayText, periodText } from "../format/date";
import type { Locale } from "../state/address";
import type { Day } from "../time/day";
import type { Period } from "../time/period";
import { en } from "./en";
import { zh } from "./zh";

export type Words = typeof zh;

export function createWords(locale: Locale) {
  return createI18n<[Words], Locale, false>({
    legacy: false,
    locale,
    fallbackLocale: "zh",
    messages: { zh, en },
  });
}

/** Names of places are data; some have an English one beside it. */
export interface Named {
  name: string;
  name_en: string | null;
}

/** Words, and figures and names as the present language prints them. */
export function useWords() {
  const { t, locale: raw } = useI18n<{ message: Words }, Locale>();
  const locale = raw as unknown as Ref<Locale>;
  const english: ComputedRef<boolean> = computed(() => locale.value === "en");
  const named = (item: Named): string => (english.value && item.name_en ? item.name_en : item.name);
  const tierName = (tier: number): string =>
    tier === 1 ? t("tier.first") : tier === 2 ? t("tier.second") : tier === 3 ? t("tier.third") : t("tier.other", { n: tier });
  return {
    t,
    locale,
    english,
    named,
    tierName,
    day: (day: Day): string => dayText(day, locale.value),
    period: (period: Period): string => periodText(period, locale.value),
  };
}
