// Write src/api/schema.d.ts from the server's OpenAPI document.
// Usage: npm run types [-- path/to/openapi.json]
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = process.argv[2] ?? fileURLToPath(new URL("../../../docs/openapi.json", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const head = "// Generated from the OpenAPI document by `npm run types`. Do not edit.\n\n";
const ast = await openapiTS(JSON.parse(await readFile(source, "utf8")));
await writeFile(target, head + astToString(ast));
process.stdout.write(`${target} written from ${source}\n`);
