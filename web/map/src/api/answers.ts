/** The server's answers by the names the screen uses; all taken from the generated schema. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type CellCard = Schemas["CellCard"];
export type Coverage = Schemas["Coverage"];
export type Found = Schemas["Found"];
export type GridCoverage = Schemas["GridCoverage"];
export type GridLine = Schemas["GridLine"];
export type Grids = Schemas["Grids"];
export type Hotspots = Schemas["Hotspots"];
export type Kind = GridLine["kind"];
export type Located = Schemas["Located"];
export type LocatedIn = Schemas["LocatedIn"];
export type Timeline = Schemas["Timeline"];
export type CategoryCount = Schemas["CategoryCount"];
