/** Hexes of the period. Too fine a resolution is answered with the next coarser one. */

import { computed, type ComputedRef, ref, watch } from "vue";
import type { Hotspots } from "../api/answers";
import { answered, client, Fault } from "../api/client";
import { RESOLUTIONS, type Resolution } from "../theme/classes";
import type { Period } from "../time/period";
import { type Answer, useAnswer } from "./answer";

export interface HotspotQuestion {
  /** Without bounds: all of time. */
  period: Partial<Period>;
  categories: readonly string[];
  /** Null: by the size of the place. */
  chosen: Resolution | null;
  /** What the size of the place asks for. */
  scaled: Resolution;
}

export interface HotspotAnswer extends Answer<Hotspots> {
  /** The resolution that is asked for now. */
  resolution: ComputedRef<Resolution>;
  /** Where a chosen one was refused: the finest that may be tried instead. */
  coarser: ComputedRef<Resolution | null>;
}

export function coarserThan(resolution: Resolution): Resolution | null {
  return RESOLUTIONS[RESOLUTIONS.indexOf(resolution) - 1] ?? null;
}

/** What is wished, no finer than what the server has refused before. */
export function allowed(scaled: Resolution, refused: Resolution | null): Resolution {
  if (refused === null || scaled < refused) return scaled;
  return coarserThan(refused) ?? refused;
}

/** Answers kept, so that going back asks nothing. */
const KEPT = 8;

export function useHotspots(question: () => HotspotQuestion | null): HotspotAnswer {
  const refused = ref<Resolution | null>(null);
  const kept = new Map<string, Hotspots>();

  const resolution = computed<Resolution>(() => {
    const asked = question();
    return asked?.chosen ?? allowed(asked?.scaled ?? 8, refused.value);
  });

  const answer = useAnswer(
    () => {
      const asked = question();
      if (asked === null) return null;
      return { ...asked.period, category: [...asked.categories], resolution: resolution.value };
    },
    async (query, signal) => {
      const key = JSON.stringify(query);
      const before = kept.get(key);
      if (before) return before;
      const found = await answered(client.GET("/api/hotspots", { params: { query }, signal }));
      kept.set(key, found);
      for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(old);
      return found;
    },
  );

  const tooFine = (fault: Fault | null): boolean => fault?.title === "TooFine";
  watch(answer.fault, (fault) => {
    if (!tooFine(fault)) return;
    if (refused.value === null || resolution.value < refused.value) refused.value = resolution.value;
  });
  // The fallback of the automatic choice is no fault to be shown: the next question is on its way.
  const fault = computed(() =>
    tooFine(answer.fault.value) && question()?.chosen === null && resolution.value > RESOLUTIONS[0]
      ? null
      : answer.fault.value,
  );
  const coarser = computed(() => (tooFine(answer.fault.value) ? coarserThan(resolution.value) : null));
  return { ...answer, fault, resolution, coarser };
}
