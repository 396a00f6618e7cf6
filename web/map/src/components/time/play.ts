import { onScopeDispose, ref, type Ref, watch } from "vue";
import { length, type Period, shift } from "../../time/period";

const STEP_MS = 900;

/** How far one step moves a period: so that each shows mostly what the last one did. */
export function stepOf(period: Period): number {
  return Math.max(1, Math.round(length(period) / 8));
}

export interface Play {
  playing: Readonly<Ref<boolean>>;
  toggle: () => void;
  stop: () => void;
  step: () => void;
}

/** Move the period through time, a step whenever the last one has been answered; stop at the end. */
export function usePlay(
  period: () => Period | null,
  extent: () => Period | null,
  busy: () => boolean,
  change: (period: Period) => void,
): Play {
  const playing = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function step(): void {
    const [now, all] = [period(), extent()];
    if (!now || !all) return;
    // From the end it begins anew.
    if (now.to >= all.to) change(shift(now, -length(all), all));
    else change(shift(now, stepOf(now), all));
  }
  function tick(): void {
    const [now, all] = [period(), extent()];
    if (!now || !all || now.to >= all.to) {
      playing.value = false;
      return;
    }
    if (!busy()) step();
    timer = setTimeout(tick, STEP_MS);
  }
  function stop(): void {
    playing.value = false;
  }
  function toggle(): void {
    playing.value = !playing.value;
    if (!playing.value) return;
    const [now, all] = [period(), extent()];
    if (now && all && now.to >= all.to) step();
    timer = setTimeout(tick, STEP_MS);
  }
  watch(playing, (on) => {
    if (!on) clearTimeout(timer);
  });
  onScopeDispose(() => clearTimeout(timer));
  return { playing, toggle, stop, step };
}
