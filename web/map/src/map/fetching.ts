/** Requests of the map, all counted by the same progress. */

import type { components } from "../api/schema";
import type { Locale } from "../state/address";
import type { Progress } from "./progress";

type Schemas = components["schemas"];
export type AreaFeature = Schemas["Feature_AreaProperties_"];
export type CellFeature = Schemas["Feature_CellProperties_"];

interface Page<Item> {
  features: Item[];
  next: string | null;
}

const PAGE = 1000;

export class Fetching {
  /** The language of what failures say. */
  locale: Locale = "zh";
  /** What lacks a tile that could not be had. */
  readonly incomplete = new Set<{ refresh: () => void }>();
  private readonly stop = new AbortController();

  constructor(private readonly progress: Progress) {}

  async tile(url: string): Promise<ArrayBuffer> {
    return this.counted(async () => (await this.get(url)).arrayBuffer());
  }

  /** All features of a list, page by page. */
  async all<Item>(path: string, query: Record<string, string>): Promise<Item[]> {
    return this.counted(async () => {
      const items: Item[] = [];
      const asked = new URLSearchParams({ ...query, limit: String(PAGE) });
      for (;;) {
        const page = (await (await this.get(`${path}?${asked}`)).json()) as Page<Item>;
        items.push(...page.features);
        if (page.next === null) return items;
        asked.set("cursor", page.next);
      }
    });
  }

  /** Ask again for what could not be had. */
  retry(): void {
    const sources = [...this.incomplete];
    this.incomplete.clear();
    for (const source of sources) source.refresh();
  }

  dispose(): void {
    this.progress.dispose();
    this.stop.abort();
  }

  get disposed(): boolean {
    return this.stop.signal.aborted;
  }

  private async get(url: string): Promise<Response> {
    const response = await fetch(url, { signal: this.stop.signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  }

  private async counted<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.progress.begin();
    try {
      const answer = await ask();
      this.progress.end(null);
      return answer;
    } catch (error) {
      this.progress.end(this.reason(error));
      throw error;
    }
  }

  private reason(error: unknown): string {
    const status = error instanceof Error && error.message.startsWith("HTTP ") ? error.message : null;
    if (this.locale === "en") return status ? `Part of the map could not be loaded (${status})` : "The server cannot be reached";
    return status ? `部分地图未能载入（${status}）` : "无法连接服务器";
  }
}
