/**
 * One question to the server that changes as the view does. Only the answer to the newest question
 * is ever shown; while it is on its way, and when it fails, the last one stays.
 */

import { onScopeDispose, ref, type Ref, shallowRef, type ShallowRef, watch } from "vue";
import { Fault, isAbort } from "../api/client";

export interface Answer<T> {
  data: ShallowRef<T | null>;
  fault: Readonly<Ref<Fault | null>>;
  busy: Ref<boolean>;
  /** When `data` arrived, in milliseconds. */
  at: Ref<number | null>;
  retry: () => void;
}

/** Told when there is reason to hope again: then every question that failed is asked once more. */
const hope = new EventTarget();
addEventListener("online", () => hope.dispatchEvent(new Event("again")));

/** `question` gives null where nothing is to be asked; then there is no answer either. */
export function useAnswer<Q, T>(
  question: () => Q | null,
  ask: (question: Q, signal: AbortSignal) => Promise<T>,
): Answer<T> {
  const data = shallowRef<T | null>(null);
  const fault = shallowRef<Fault | null>(null);
  const busy = ref(false);
  const at = ref<number | null>(null);
  let running: AbortController | null = null;

  async function run(): Promise<void> {
    running?.abort();
    running = null;
    const asked = question();
    if (asked === null) {
      data.value = null;
      fault.value = null;
      busy.value = false;
      return;
    }
    const mine = new AbortController();
    running = mine;
    busy.value = true;
    try {
      const answer = await ask(asked, mine.signal);
      if (running !== mine) return;
      data.value = answer;
      fault.value = null;
      at.value = Date.now();
    } catch (reason) {
      if (running !== mine || isAbort(reason)) return;
      fault.value = reason instanceof Fault ? reason : new Fault(0, "", String(reason));
    }
    busy.value = false;
  }

  // By value: a view that is another object but asks the same must not ask again.
  watch(() => JSON.stringify(question()), () => void run(), { immediate: true });
  function again(): void {
    if (fault.value !== null) void run();
  }
  hope.addEventListener("again", again);
  onScopeDispose(() => {
    running?.abort();
    hope.removeEventListener("again", again);
  });
  return { data, fault, busy, at, retry: () => hope.dispatchEvent(new Event("again")) };
}
