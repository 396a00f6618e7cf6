/** The server's answers by the names the screen uses; all taken from the generated schema. */

import type { components } from "./schema";

type Schemas = components["schemas"];
