// Write src/api/schema.d.ts from the server's OpenAPI document; with --check, only say whether it
// is what would be written. Usage: npm run types [-- --check] [-- path/to/openapi.json]
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const words = process.argv.slice(2);
const check = words.includes("--check");
const source =
  words.find((word) => !word.startsWith("--")) ??
  fileURLToPath(new URL("../../../docs/openapi.json", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const head = "// Generated from the OpenAPI document by `npm run types`. Do not edit.\n\n";
const text = head + astToString(await openapiTS(JSON.parse(await readFile(source, "utf8"))));
if (!check) {
  await writeFile(target, text);
  process.stdout.write(`${target} written from ${source}\n`);
} else if ((await readFile(target, "utf8")) !== text) {
  process.stderr.write("src/api/schema.d.ts is not what docs/openapi.json says; type: make types\n");
  process.exitCode = 1;
}
