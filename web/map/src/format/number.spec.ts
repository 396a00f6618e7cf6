import { describe, expect, it } from "vitest";
import { change, percent, signed, squareKilometres, UNKNOWN, whole } from "./number";

describe("numbers", () => {
  it("groups counts and writes a true minus", () => {
    expect(whole(156385)).toBe("156,385");
    expect(whole(-4200)).toBe("\u22124,200");
    expect(whole(null)).toBe(UNKNOWN);
    expect(whole(Number.NaN)).toBe(UNKNOWN);
  });

  it("never rounds an incomplete share up to all of it", () => {
    expect(percent(1)).toBe("100%");
    expect(percent(0.99998)).toBe("99.99%");
    expect(percent(0.9973)).toBe("99.7%");
    expect(percent(0)).toBe("0%");
    expect(percent(undefined)).toBe(UNKNOWN);
  });

  it("gives an area the digits of its size", () => {
    expect(squareKilometres(251_000)).toBe("0.25");
    expect(squareKilometres(12_340_000)).toBe("12.3");
    expect(squareKilometres(608_450_000)).toBe("608");
    expect(squareKilometres(16_402_800_000)).toBe("16,403");
  });

  it("signs scores", () => {
    expect(signed(3.14159)).toBe("+3.14");
    expect(signed(-2)).toBe("\u22122.00");
  });

  it("tells the change, without a share of nothing", () => {
    expect(change(1121, 1224)).toEqual({ direction: "down", share: 103 / 1224, difference: -103 });
    expect(change(5, 0).share).toBeNull();
    expect(change(0, 0).direction).toBe("same");
  });
});
