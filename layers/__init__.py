"""PostGIS: one module a layer, holding its table and its queries."""
