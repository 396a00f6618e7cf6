"""Hotspots 热点 of incidents, as hexes over the land that the grids cover."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError
from gridgis.geodesy import area_m2
from gridgis.hexes import fill_overlapping, neighbours, outlines, parents
from gridgis.hotspots import hotspots
from layers.counting import hex_counts, incident_count
from layers.features import Window

MOST_HEXES = 20_000
# Mean area of an H3 hex in m², by resolution (h3geo.org, "Tables of Cell Statistics").
HEX_AREA_M2 = {
    5: 252_903_858, 6: 36_129_062, 7: 5_161_293, 8: 737_328, 9: 105_333, 10: 15_048, 11: 2_150
}  # fmt: skip
METHOD = (
    "Getis-Ord Gi* over H3 hexes and their first ring, binary weights with the hex itself;"
    " two-sided p of the normal; Benjamini-Hochberg over all hexes of the land"
)


class TooFine(GridgisError):
    """At this resolution there would be more hexes than can be judged or drawn."""


@dataclass(frozen=True)
class Land:
    """The land that grids cover, by its hexes of one resolution."""

    hexes: NDArray[np.uint64]
    adjacency: sp.csr_array
    outlines: NDArray[np.object_]


@dataclass
class Lands:
    """Land by what it is made of; kept, since plans are final. Safe between threads."""

    _shapes: OrderedDict[tuple[int, ...], Any] = field(default_factory=OrderedDict)
    _lands: OrderedDict[tuple[int, tuple[int, ...]], Land] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shape(self, session: Session) -> Any:
        """The union of every cell of every plan in force, in degrees; empty before the first."""
        return self._shape(session, _plans(session))

    def hexes(self, session: Session, resolution: int) -> Land:
        """All hexes that touch the land. Raises TooFine."""
        plans = _plans(session)
        key = (resolution, plans)
        with self._lock:
            if key in self._lands:
                return self._lands[key]
        shape = self._shape(session, plans)
        expected = float(area_m2(np.array([shape], dtype=object))[0]) / HEX_AREA_M2[resolution]
        if expected > MOST_HEXES:
            raise TooFine(
                f"resolution {resolution} would be about {expected:,.0f} hexes;"
                f" {MOST_HEXES:,} are the most: choose a coarser one"
            )
        hexes = fill_overlapping(shape, resolution)
        land = Land(hexes, neighbours(hexes), outlines(hexes))
        with self._lock:
            self._lands[key] = land
            while len(self._lands) > 8:
                self._lands.popitem(last=False)
        return land

    def _shape(self, session: Session, plans: tuple[int, ...]) -> Any:
        with self._lock:
            if plans in self._shapes:
                return self._shapes[plans]
        rows = session.execute(
            text("SELECT ST_AsBinary(boundary) FROM cell_shape WHERE plan_id = ANY(:plans)"),
            {"plans": list(plans)},
        )
        cells = shapely.from_wkb([bytes(row[0]) for row in rows])
        shape = shapely.union_all(cells)
        with self._lock:
            self._shapes[plans] = shape
            while len(self._shapes) > 4:
                self._shapes.popitem(last=False)
        return shape


def _plans(session: Session) -> tuple[int, ...]:
    return tuple(
        session.scalars(
            text("SELECT current_plan_id FROM grid WHERE current_plan_id IS NOT NULL ORDER BY 1")
        )
    )


def hotspot_hexes(
    session: Session,
    lands: Lands,
    resolution: int,
    window: Window,
    category: Sequence[str] = (),
) -> dict[str, Any]:
    """A FeatureCollection of the land's hexes: count, z, p and confidence of each.

    Every hex of the land is judged, those without an incident too. Incidents outside the land
    are counted as such. Raises TooFine.
    """
    total = incident_count(session, window, category)
    fine, weights = hex_counts(session, window, category)
    land = lands.hexes(session, resolution)
    counts = np.zeros(len(land.hexes))
    at = np.searchsorted(land.hexes, up := parents(fine, resolution))
    inside = at < len(land.hexes)
    inside[inside] = land.hexes[at[inside]] == up[inside]
    np.add.at(counts, at[inside], weights[inside])
    found = hotspots(counts, land.adjacency)
    rings = shapely.get_coordinates(shapely.get_exterior_ring(land.outlines)).round(6)
    ends = np.cumsum(shapely.get_num_coordinates(land.outlines))[:-1]
    features = [
        {
            "type": "Feature",
            "id": format(hex_, "x"),
            "geometry": {"type": "Polygon", "coordinates": [ring.tolist()]},
            "properties": {
                "hex": format(hex_, "x"),
                "count": int(count),
                "z": round(float(z), 4),
                "p": float(f"{p:.4g}"),
                "p_adjusted": float(f"{q:.4g}"),
                "class": int(confidence),
            },
        }
        for hex_, ring, count, z, p, q, confidence in zip(
            land.hexes.tolist(),
            np.split(rings, ends)[: len(land.hexes)],  # nothing splits into one piece
            counts,
            found.z,
            found.p,
            found.p_adjusted,
            found.confidence,
            strict=True,
        )
    ]
    names = {3: "hot99", 2: "hot95", 1: "hot90", -1: "cold90", -2: "cold95", -3: "cold99"}
    significant = {
        name: {
            "hexes": int((found.confidence == level).sum()),
            "incidents": int(counts[found.confidence == level].sum()),
        }
        for level, name in names.items()
    }
    return {
        "type": "FeatureCollection",
        "features": features,
        "resolution": resolution,
        "from": window.since,
        "to": window.until,
        "incidents": total,
        "located": int(weights.sum()),
        "on_land": int(counts.sum()),
        "hexes": len(features),
        "significant": significant,
        "method": METHOD,
    }
