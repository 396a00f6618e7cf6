/** The questions that the one map asks, each with the view's part that it depends on. */

import { answered, client } from "../api/client";
import type { CellCard, Coverage, Found, Grids, Located, Timeline } from "../api/answers";
import type { Place } from "../state/view";
import type { Period } from "../time/period";
import { type Answer, useAnswer } from "./answer";

// Casts to the schema's own types: the client's readable ones lose the length of tuples.

export function useGrids(): Answer<Grids> {
  return useAnswer(
    () => true,
    (_, signal) => answered(client.GET("/api/grids", { signal })) as Promise<Grids>,
  );
}

export function useTimeline(categories: () => readonly string[]): Answer<Timeline> {
  return useAnswer(
    () => [...categories()],
    (category, signal) =>
      answered(client.GET("/api/incidents/timeline", { params: { query: { bucket: "day", category } }, signal })),
  );
}

export function useCoverage(period: () => Partial<Period> | null): Answer<Coverage> {
  return useAnswer(period, (query, signal) => answered(client.GET("/api/coverage", { params: { query }, signal })));
}

export interface CardQuestion {
  cell: number;
  period: Partial<Period>;
}

export function useCard(question: () => CardQuestion | null): Answer<CellCard> {
  return useAnswer(question, ({ cell, period }, signal) =>
    answered(client.GET("/api/cells/{cell}", { params: { path: { cell }, query: period }, signal })) as Promise<CellCard>,
  );
}

export function useLocated(place: () => Place | null): Answer<Located> {
  return useAnswer(place, ([lon, lat], signal) =>
    answered(client.GET("/api/locate", { params: { query: { lon, lat } }, signal })) as Promise<Located>,
  );
}

export function useFound(question: () => string | null): Answer<readonly Found[]> {
  return useAnswer(question, async (q, signal) => {
    const found = await answered(client.GET("/api/search", { params: { query: { q, limit: 12 } }, signal }));
    return found.results as Found[];
  });
}
