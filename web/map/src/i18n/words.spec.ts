import { describe, expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : leaves(value, `${path}${key}.`),
  );
}

const slots = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe("words", () => {
  const chinese = new Map(leaves(zh));
  const english = new Map(leaves(en));

  it("are the same in both languages", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it("have the same places for figures", () => {
    for (const [key, text] of chinese) expect([key, slots(english.get(key) ?? "")]).toEqual([key, slots(text)]);
  });

  it("put a space between Chinese and digits, and use full-width commas", () => {
    for (const [key, text] of chinese) {
      expect([key, /[\u4e00-\u9fff]\d|\d[\u4e00-\u9fff]|[\u4e00-\u9fff],/.test(text)]).toEqual([key, false]);
    }
  });
});
