import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Progress } from "./progress";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("progress", () => {
  it("tells once that it is busy, once that something failed, and when all is quiet", () => {
    const busy = vi.fn();
    const failed = vi.fn();
    const progress = new Progress(busy, failed);
    progress.begin();
    progress.begin();
    progress.end("HTTP 503");
    progress.end("HTTP 503");
    expect(busy.mock.calls).toEqual([[true]]);
    expect(failed.mock.calls).toEqual([["HTTP 503"]]);
    vi.runAllTimers();
    expect(busy.mock.calls).toEqual([[true], [false]]);
  });

  it("tells of a failure again in the next batch", () => {
    const failed = vi.fn();
    const progress = new Progress(vi.fn(), failed);
    for (let batch = 0; batch < 2; batch += 1) {
      progress.begin();
      progress.end("HTTP 503");
      vi.runAllTimers();
    }
    expect(failed).toHaveBeenCalledTimes(2);
  });

  it("tells nothing after its end", () => {
    const busy = vi.fn();
    const progress = new Progress(busy, vi.fn());
    progress.begin();
    progress.dispose();
    progress.end("HTTP 503");
    vi.runAllTimers();
    expect(busy.mock.calls).toEqual([[true]]);
  });
});
