import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import type { Locale } from "./address";
import { createStore } from "./store";

describe("the view and the address bar", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    history.replaceState(null, "", "#/overview");
  });

  function start(hash: string) {
    history.replaceState(null, "", hash);
    const locale = ref<Locale>("zh");
    const scope = effectScope();
    const store = scope.run(() => createStore(() => locale.value, (value) => (locale.value = value)));
    if (!store) throw new Error("no scope");
    return { store, locale, scope };
  }

  it("begins with what a link says, the card open", () => {
    const { store, locale, scope } = start("#/overview?theme=density&cell=7&lang=en");
    expect(store.view.value).toMatchObject({ theme: "density", cell: 7, sheet: "card" });
    expect(locale.value).toBe("en");
    scope.stop();
  });

  it("writes once after many steps", async () => {
    const { store, scope } = start("#/overview");
    const written = vi.spyOn(history, "replaceState");
    for (let day = 10; day < 30; day += 1) {
      store.send({ type: "periodChanged", period: { from: "2026-01-01", to: `2026-01-${day}` } });
      await nextTick();
    }
    vi.advanceTimersByTime(1000);
    expect(written).toHaveBeenCalledTimes(1);
    expect(location.hash).toBe("#/overview?from=2026-01-01&to=2026-01-29");
    written.mockRestore();
    scope.stop();
  });

  it("lets one go back to the cell before", async () => {
    const { store, scope } = start("#/overview");
    const pushed = vi.spyOn(history, "pushState");
    store.send({ type: "cellPicked", cell: 3, place: [120, 31] });
    await nextTick();
    vi.advanceTimersByTime(1000);
    expect(pushed).toHaveBeenCalledTimes(1);
    history.replaceState(null, "", "#/overview?cell=5");
    window.dispatchEvent(new PopStateEvent("popstate"));
    expect(store.view.value).toMatchObject({ cell: 5, place: null });
    pushed.mockRestore();
    scope.stop();
  });
});
