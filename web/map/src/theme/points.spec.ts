import { expect, it } from "vitest";
import { pointsDrawn } from "./points";

it("draws incidents one by one from a scale that depends on how many there are", () => {
  expect(pointsDrawn(736, 12, 31)).toBe(true);
  expect(pointsDrawn(736, 40, 31)).toBe(false);
  expect(pointsDrawn(22_816, 12, 41.8)).toBe(false);
  expect(pointsDrawn(22_816, 5, 41.8)).toBe(true);
  expect(pointsDrawn(200_000, 5, 41.8)).toBe(false);
});
