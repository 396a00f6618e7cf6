import { describe, expect, it } from "vitest";
import { momentText, monthText, periodText } from "./date";

describe("days", () => {
  it("print the last day that is meant, not the one after it", () => {
    expect(periodText({ from: "2026-10-21", to: "2026-11-20" }, "zh")).toBe("2026-10-21 — 11-19");
    expect(periodText({ from: "2026-10-21", to: "2026-11-20" }, "en")).toBe("21 Oct – 19 Nov 2026");
    expect(periodText({ from: "2025-12-31", to: "2026-01-02" }, "en")).toBe("31 Dec 2025 – 1 Jan 2026");
    expect(periodText({ from: "2026-03-01", to: "2026-03-02" }, "zh")).toBe("2026-03-01");
  });

  it("say the year where it begins", () => {
    expect([monthText("2026-01-01", "zh"), monthText("2026-02-01", "zh"), monthText("2026-02-01", "en")]).toEqual([
      "2026",
      "2 月",
      "Feb",
    ]);
  });

  it("are the town's, whatever the browser's zone", () => {
    expect(momentText(Date.parse("2026-11-19T18:05:00Z"), "zh")).toBe("2026-11-20 02:05");
  });
});
