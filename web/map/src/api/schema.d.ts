// Generated from the OpenAPI document by `npm run types`. Do not edit.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description The process answers.
         */
        get: operations["healthz_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description The database answers and the index is compiled: requests are served at full speed.
         */
        get: operations["readyz_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/grids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Grids
         * @description Every grid and tier with its plan in force.
         */
        get: operations["grids_api_grids_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/areas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Area Features
         * @description Administrative divisions by code.
         */
        get: operations["area_features_api_areas_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cells": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cell Features
         * @description The cells of a grid by code, as its plan in force draws them.
         */
        get: operations["cell_features_api_cells_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cells/{cell}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cell Card
         * @description The card of one cell, with its incidents of the window.
         */
        get: operations["cell_card_api_cells__cell__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/locate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Locate
         * @description Which cell of each grid holds a place. On a border the lowest code has it.
         */
        get: operations["locate_api_locate_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Cells, areas, enterprises and incidents by name or code.
         */
        get: operations["search_api_search_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents
         * @description Incidents, the latest first.
         */
        get: operations["incidents_api_incidents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Timeline
         * @description How many incidents in each day, week or month of Asia/Shanghai, and by category.
         */
        get: operations["timeline_api_incidents_timeline_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enterprises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Enterprises
         * @description Enterprises by code, at the points of their premises.
         */
        get: operations["enterprises_api_enterprises_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/premises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Premises
         * @description Premises by code, with the enterprises that are there.
         */
        get: operations["premises_api_premises_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/hotspots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hotspots
         * @description Counts and Getis-Ord Gi* of every hex of the land, corrected for testing them all.
         */
        get: operations["hotspots_api_hotspots_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Coverage Of
         * @description The share of land, incidents and enterprises in a cell of each grid.
         */
        get: operations["coverage_of_api_coverage_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/cells/{z}/{x}/{y}.mvt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cells
         * @description The cells of a grid: as plan `v` draws them, or else as drawn now.
         */
        get: operations["cells_tiles_cells__z___x___y__mvt_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/incidents/{z}/{x}/{y}.mvt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Incidents
         * @description Incidents of the window: each from zoom 13, below that thinned to a count a spot.
         */
        get: operations["incidents_tiles_incidents__z___x___y__mvt_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tiles/premises/{z}/{x}/{y}.mvt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Premises
         * @description Premises.
         */
        get: operations["premises_tiles_premises__z___x___y__mvt_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AreaProperties
         * @description An administrative division.
         */
        AreaProperties: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /**
             * Tier
             * @enum {string}
             */
            tier: "city" | "county" | "town" | "village";
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            /** Parent */
            parent: number | null;
            /** Households */
            households: number | null;
            /** Population */
            population: number | null;
        };
        /**
         * Bucket
         * @description One step of time.
         */
        Bucket: {
            /**
             * Start
             * Format: date-time
             */
            start: string;
            /** Count */
            count: number;
        };
        /**
         * CardGrid
         * @description The grid on a cell's card.
         */
        CardGrid: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "comprehensive" | "professional" | "exclusive" | "police";
            /** System */
            system: string;
            /** Tier */
            tier: number;
        };
        /**
         * CardPlan
         * @description The plan on a cell's card.
         */
        CardPlan: {
            /** Number */
            number: number;
            /** Name */
            name: string;
            /**
             * In Force From
             * Format: date-time
             */
            in_force_from: string;
        };
        /**
         * CategoryCount
         * @description Incidents of one category; null is none given.
         */
        CategoryCount: {
            /** Category */
            category: string | null;
            /** Count */
            count: number;
        };
        /**
         * CellCard
         * @description All that the card of one cell shows.
         */
        CellCard: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            grid: components["schemas"]["CardGrid"];
            plan: components["schemas"]["CardPlan"];
            parent: components["schemas"]["Named"] | null;
            /** Children */
            children: number;
            /** Households */
            households: number | null;
            /** Population */
            population: number | null;
            /** Area M2 */
            area_m2: number;
            /** Party Branch */
            party_branch: string | null;
            /** Bbox */
            bbox: [
                number,
                number,
                number,
                number
            ];
            geometry: components["schemas"]["Geometry"];
            incidents: components["schemas"]["CellIncidents"];
            enterprises: components["schemas"]["Count"];
            premises: components["schemas"]["Count"];
        };
        /**
         * CellIncidents
         * @description A cell's incidents in the window.
         */
        CellIncidents: {
            /** Count */
            count: number;
            /** Closed */
            closed: number;
            /**
             * Previous
             * @description in the equally long window before; null if open
             */
            previous: number | null;
            /** By Category */
            by_category: components["schemas"]["CategoryCount"][];
            /** By Day */
            by_day: components["schemas"]["DayCount"][];
        };
        /**
         * CellProperties
         * @description A cell as its plan draws it.
         */
        CellProperties: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            /** Grid */
            grid: number;
            /** Plan */
            plan: number;
            /** Parent */
            parent: number | null;
            /** Parent Code */
            parent_code: string | null;
            /** Parent Name */
            parent_name: string | null;
            /** Households */
            households: number | null;
            /** Population */
            population: number | null;
            /** Area M2 */
            area_m2: number;
        };
        /**
         * Count
         * @description How many.
         */
        Count: {
            /** Count */
            count: number;
        };
        /**
         * Coverage
         * @description Coverage by grid, and what each share means in Chinese and English.
         */
        Coverage: {
            /** Grids */
            grids: components["schemas"]["GridCoverage"][];
            /** Definitions */
            definitions: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        /**
         * DayCount
         * @description Incidents of one day of Asia/Shanghai.
         */
        DayCount: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Count */
            count: number;
        };
        /**
         * EnterpriseProperties
         * @description A legal entity.
         */
        EnterpriseProperties: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Uscc */
            uscc: string | null;
            /** Uscc Fault */
            uscc_fault: string | null;
            /** Industry */
            industry: string | null;
            /** Scale */
            scale: string | null;
            /** Is Key */
            is_key: boolean;
            /** Credit Class */
            credit_class: string | null;
        };
        /** Feature[AreaProperties] */
        Feature_AreaProperties_: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: number;
            geometry: components["schemas"]["Geometry"] | null;
            properties: components["schemas"]["AreaProperties"];
        };
        /** Feature[CellProperties] */
        Feature_CellProperties_: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: number;
            geometry: components["schemas"]["Geometry"] | null;
            properties: components["schemas"]["CellProperties"];
        };
        /** Feature[EnterpriseProperties] */
        Feature_EnterpriseProperties_: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: number;
            geometry: components["schemas"]["Geometry"] | null;
            properties: components["schemas"]["EnterpriseProperties"];
        };
        /** Feature[IncidentProperties] */
        Feature_IncidentProperties_: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: number;
            geometry: components["schemas"]["Geometry"] | null;
            properties: components["schemas"]["IncidentProperties"];
        };
        /** Feature[PremisesProperties] */
        Feature_PremisesProperties_: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: number;
            geometry: components["schemas"]["Geometry"] | null;
            properties: components["schemas"]["PremisesProperties"];
        };
        /** Features[AreaProperties] */
        Features_AreaProperties_: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Feature_AreaProperties_"][];
            /**
             * Matched
             * @description how many there are on all pages
             */
            matched: number;
            /**
             * Next
             * @description give it as `cursor` for the next page
             */
            next: string | null;
        };
        /** Features[CellProperties] */
        Features_CellProperties_: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Feature_CellProperties_"][];
            /**
             * Matched
             * @description how many there are on all pages
             */
            matched: number;
            /**
             * Next
             * @description give it as `cursor` for the next page
             */
            next: string | null;
        };
        /** Features[EnterpriseProperties] */
        Features_EnterpriseProperties_: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Feature_EnterpriseProperties_"][];
            /**
             * Matched
             * @description how many there are on all pages
             */
            matched: number;
            /**
             * Next
             * @description give it as `cursor` for the next page
             */
            next: string | null;
        };
        /** Features[IncidentProperties] */
        Features_IncidentProperties_: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Feature_IncidentProperties_"][];
            /**
             * Matched
             * @description how many there are on all pages
             */
            matched: number;
            /**
             * Next
             * @description give it as `cursor` for the next page
             */
            next: string | null;
        };
        /** Features[PremisesProperties] */
        Features_PremisesProperties_: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Feature_PremisesProperties_"][];
            /**
             * Matched
             * @description how many there are on all pages
             */
            matched: number;
            /**
             * Next
             * @description give it as `cursor` for the next page
             */
            next: string | null;
        };
        /**
         * Found
         * @description One result of a search.
         */
        Found: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "cell" | "area" | "enterprise" | "incident";
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            /** Detail */
            detail: string | null;
            /** Detail En */
            detail_en: string | null;
            /** Tier */
            tier: number | null;
            /** Bbox */
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
        };
        /**
         * Geometry
         * @description A GeoJSON geometry, longitude first, WGS 84.
         */
        Geometry: {
            /** Type */
            type: string;
            /** Coordinates */
            coordinates: unknown[];
        };
        /**
         * GridCoverage
         * @description What lies in a cell of one grid.
         */
        GridCoverage: {
            /** Grid */
            grid: number;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "comprehensive" | "professional" | "exclusive" | "police";
            /** System */
            system: string;
            /** Tier */
            tier: number;
            land: components["schemas"]["LandShare"];
            incidents: components["schemas"]["Share"];
            enterprises: components["schemas"]["Share"];
        };
        /**
         * GridLine
         * @description One tier of one grid.
         */
        GridLine: {
            /** Id */
            id: number;
            /** Slot */
            slot: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "comprehensive" | "professional" | "exclusive" | "police";
            /**
             * System
             * @example police
             */
            system: string;
            /**
             * Tier
             * @description 1 first-level, 2 second-level, 3 micro
             * @example 1
             */
            tier: number;
            /**
             * Name
             * @example 警务网格
             */
            name: string;
            /**
             * Name En
             * @example Police
             */
            name_en: string | null;
            /** Must Tile */
            must_tile: boolean;
            /** Nests In */
            nests_in: number | null;
            /** Epoch */
            epoch: number;
            /** Cells */
            cells: number;
            /** Bbox */
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
            plan: components["schemas"]["PlanInForce"] | null;
        };
        /**
         * Grids
         * @description All grids of the place.
         */
        Grids: {
            place: components["schemas"]["Place"] | null;
            /** Bbox */
            bbox: [
                number,
                number,
                number,
                number
            ] | null;
            /** Grids */
            grids: components["schemas"]["GridLine"][];
        };
        /**
         * Hex
         * @description A hex as GeoJSON.
         */
        Hex: {
            /**
             * Type
             * @constant
             */
            type: "Feature";
            /** Id */
            id: string;
            geometry: components["schemas"]["Geometry"];
            properties: components["schemas"]["HexProperties"];
        };
        /**
         * HexProperties
         * @description One hex of the land. `class` is 1, 2, 3 for hot at 90, 95, 99 %, negative for cold.
         */
        HexProperties: {
            /** Hex */
            hex: string;
            /** Count */
            count: number;
            /** Z */
            z: number;
            /** P */
            p: number;
            /** P Adjusted */
            p_adjusted: number;
            /** Class */
            class: number;
        };
        /**
         * Hotspots
         * @description Density and hotspots in one answer.
         */
        Hotspots: {
            /**
             * Type
             * @constant
             */
            type: "FeatureCollection";
            /** Features */
            features: components["schemas"]["Hex"][];
            /** Resolution */
            resolution: number;
            /** From */
            from: string | null;
            /** To */
            to: string | null;
            /**
             * Incidents
             * @description of the window, located or not
             */
            incidents: number;
            /** Located */
            located: number;
            /**
             * On Land
             * @description inside one of the hexes
             */
            on_land: number;
            /** Hexes */
            hexes: number;
            /** Significant */
            significant: {
                [key: string]: components["schemas"]["SignificantHexes"];
            };
            /** Method */
            method: string;
        };
        /**
         * IncidentProperties
         * @description An incident.
         */
        IncidentProperties: {
            /** Id */
            id: number;
            /** Number */
            number: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "event" | "part";
            /** Source */
            source: string | null;
            /** Category */
            category: string | null;
            /** Title */
            title: string | null;
            /** Address */
            address: string | null;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Closed At */
            closed_at: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "open" | "closed";
            /**
             * Cells
             * @description cell by grid slot - 1, null outside
             */
            cells: (number | null)[];
        };
        /**
         * LandShare
         * @description Covered land over all land, geodesic.
         */
        LandShare: {
            /** Covered M2 */
            covered_m2: number;
            /** Total M2 */
            total_m2: number;
            /** Share */
            share: number | null;
        };
        /**
         * Located
         * @description Which cells hold a place.
         */
        Located: {
            /** Lon */
            lon: number;
            /** Lat */
            lat: number;
            /** Datum */
            datum: string;
            /** Wgs84 */
            wgs84: [
                number,
                number
            ];
            /** Cells */
            cells: components["schemas"]["LocatedIn"][];
        };
        /**
         * LocatedIn
         * @description The cell of one grid that holds the place; null outside.
         */
        LocatedIn: {
            /** Grid */
            grid: number;
            /** Grid Name */
            grid_name: string;
            /** Grid Name En */
            grid_name_en: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "comprehensive" | "professional" | "exclusive" | "police";
            /** Tier */
            tier: number;
            cell: components["schemas"]["Named"] | null;
        };
        /**
         * Named
         * @description Something with a code and a name.
         */
        Named: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Name En */
            name_en: string | null;
        };
        /**
         * Place
         * @description What all this is about.
         */
        Place: {
            /**
             * Name
             * @example 苇渡镇
             */
            name: string;
            /** Name En */
            name_en: string | null;
            /** Code */
            code: string;
        };
        /**
         * PlanInForce
         * @description The plan that draws a grid now.
         */
        PlanInForce: {
            /** Id */
            id: number;
            /**
             * Number
             * @example 3
             */
            number: number;
            /** Name */
            name: string;
            /**
             * In Force From
             * Format: date-time
             */
            in_force_from: string;
            /**
             * Certificate
             * @description what was proved, and what was found, when it was sealed
             */
            certificate?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * PremisesProperties
         * @description A located place and who is there.
         */
        PremisesProperties: {
            /** Id */
            id: number;
            /** Code */
            code: string;
            /** Name */
            name: string;
            /** Address */
            address: string | null;
            /** Cells */
            cells: (number | null)[];
            /** Enterprises */
            enterprises: string[];
        };
        /**
         * Problem
         * @description A refusal (RFC 9457).
         */
        Problem: {
            /**
             * Type
             * @default about:blank
             */
            type: string;
            /**
             * Title
             * @example NoSuchCell
             */
            title: string;
            /**
             * Status
             * @example 404
             */
            status: number;
            /**
             * Detail
             * @example there is no cell 7 in a plan in force
             */
            detail: string;
        };
        /**
         * SearchResults
         * @description What a search found, the exact matches first.
         */
        SearchResults: {
            /** Results */
            results: components["schemas"]["Found"][];
        };
        /**
         * Share
         * @description A share with its numerator and denominator.
         */
        Share: {
            /** Covered */
            covered: number;
            /** Total */
            total: number;
            /** Share */
            share: number | null;
        };
        /**
         * SignificantHexes
         * @description How many hexes, and how many incidents in them.
         */
        SignificantHexes: {
            /** Hexes */
            hexes: number;
            /** Incidents */
            incidents: number;
        };
        /**
         * Timeline
         * @description Incidents through time. `from` and `to` are those of all incidents.
         */
        Timeline: {
            /**
             * Bucket
             * @enum {string}
             */
            bucket: "day" | "week" | "month";
            /** From */
            from: string | null;
            /** To */
            to: string | null;
            /** Total */
            total: number;
            /** Buckets */
            buckets: components["schemas"]["Bucket"][];
            /** Categories */
            categories: components["schemas"]["CategoryCount"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    healthz_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description not yet, and why */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    grids_api_grids_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grids"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    area_features_api_areas_get: {
        parameters: {
            query?: {
                /** @description of that tier only */
                tier?: string | null;
                /** @description features on a page */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description west,south,east,north in degrees */
                bbox?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Features_AreaProperties_"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cell_features_api_cells_get: {
        parameters: {
            query: {
                /** @description `id` of a grid in /api/grids */
                grid: number;
                /** @description whose parent is this cell */
                parent?: number | null;
                /** @description part of a name, or how a code begins */
                q?: string | null;
                /** @description features on a page */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description west,south,east,north in degrees */
                bbox?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Features_CellProperties_"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cell_card_api_cells__cell__get: {
        parameters: {
            query?: {
                /** @description first moment, included */
                from?: string | null;
                /** @description last moment, excluded */
                to?: string | null;
            };
            header?: never;
            path: {
                /** @description the number of a cell */
                cell: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CellCard"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    locate_api_locate_get: {
        parameters: {
            query: {
                /** @description longitude, or x */
                lon: number;
                /** @description latitude, or y */
                lat: number;
                /** @description wgs84, cgcs2000, gcj02, bd09 or EPSG:<code> */
                datum?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Located"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_api_search_get: {
        parameters: {
            query: {
                /** @description a name, a code or part of it */
                q: string;
                /** @description results at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incidents_api_incidents_get: {
        parameters: {
            query?: {
                /** @description again for several */
                category?: string[] | null;
                /** @description held by this cell now */
                cell?: number | null;
                /** @description features on a page */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description west,south,east,north in degrees */
                bbox?: string | null;
                /** @description first moment, included */
                from?: string | null;
                /** @description last moment, excluded */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Features_IncidentProperties_"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    timeline_api_incidents_timeline_get: {
        parameters: {
            query?: {
                /** @description one bar a day, week or month */
                bucket?: "day" | "week" | "month";
                /** @description again for several */
                category?: string[] | null;
                /** @description held by this cell now */
                cell?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enterprises_api_enterprises_get: {
        parameters: {
            query?: {
                /** @description held by this cell now */
                cell?: number | null;
                /** @description features on a page */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description west,south,east,north in degrees */
                bbox?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Features_EnterpriseProperties_"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    premises_api_premises_get: {
        parameters: {
            query?: {
                /** @description held by this cell now */
                cell?: number | null;
                /** @description features on a page */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description west,south,east,north in degrees */
                bbox?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Features_PremisesProperties_"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hotspots_api_hotspots_get: {
        parameters: {
            query?: {
                /** @description of H3 */
                resolution?: number;
                /** @description again for several */
                category?: string[] | null;
                /** @description first moment, included */
                from?: string | null;
                /** @description last moment, excluded */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hotspots"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    coverage_of_api_coverage_get: {
        parameters: {
            query?: {
                /** @description first moment, included */
                from?: string | null;
                /** @description last moment, excluded */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cells_tiles_cells__z___x___y__mvt_get: {
        parameters: {
            query: {
                /** @description `id` of a grid in /api/grids */
                grid: number;
                /** @description a plan; that tile never changes */
                v?: number | null;
            };
            header?: never;
            path: {
                /** @description zoom */
                z: number;
                /** @description column or row, XYZ scheme */
                x: number;
                /** @description column or row, XYZ scheme */
                y: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a tile; empty where there is nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    incidents_tiles_incidents__z___x___y__mvt_get: {
        parameters: {
            query?: {
                /** @description again for several */
                category?: string[] | null;
                /** @description first moment, included */
                from?: string | null;
                /** @description last moment, excluded */
                to?: string | null;
            };
            header?: never;
            path: {
                /** @description zoom */
                z: number;
                /** @description column or row, XYZ scheme */
                x: number;
                /** @description column or row, XYZ scheme */
                y: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a tile; empty where there is nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    premises_tiles_premises__z___x___y__mvt_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description zoom */
                z: number;
                /** @description column or row, XYZ scheme */
                x: number;
                /** @description column or row, XYZ scheme */
                y: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a tile; empty where there is nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.mapbox-vector-tile": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
