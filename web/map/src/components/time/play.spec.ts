import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope } from "vue";
import type { Period } from "../../time/period";
import { stepOf, usePlay } from "./play";

const extent: Period = { from: "2026-01-01", to: "2026-01-11" };

describe("playing through time", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function start(first: Period) {
    const state = { period: first, busy: false };
    const scope = effectScope();
    const play = scope.run(() =>
      usePlay(() => state.period, () => extent, () => state.busy, (period) => (state.period = period)),
    );
    if (!play) throw new Error("no scope");
    return { state, play, scope };
  }

  it("ends at the end, and begins anew from there", () => {
    const { state, play, scope } = start({ from: "2026-01-07", to: "2026-01-09" });
    play.toggle();
    vi.advanceTimersByTime(10_000);
    expect(state.period).toEqual({ from: "2026-01-09", to: "2026-01-11" });
    expect(play.playing.value).toBe(false);
    play.toggle();
    expect(state.period).toEqual({ from: "2026-01-01", to: "2026-01-03" });
    scope.stop();
  });

  it("waits for the answer to the last step", () => {
    const { state, play, scope } = start({ from: "2026-01-01", to: "2026-01-03" });
    state.busy = true;
    play.toggle();
    vi.advanceTimersByTime(5000);
    expect(state.period.from).toBe("2026-01-01");
    state.busy = false;
    vi.advanceTimersByTime(1000);
    expect(state.period.from).toBe("2026-01-02");
    scope.stop();
  });

  it("takes steps that overlap", () => {
    expect(stepOf({ from: "2026-01-01", to: "2026-01-31" })).toBe(4);
    expect(stepOf({ from: "2026-01-01", to: "2026-01-04" })).toBe(1);
  });
});
