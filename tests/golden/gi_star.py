"""Write gi_star.json: Getis-Ord Gi* by esda, the outside judge of gridgis.hotspots.

Run once, in an environment that has esda, libpysal and h3 (see README.md); tests only read the
answers. It shares no code with gridgis.
"""

from __future__ import annotations

import json
from pathlib import Path

import esda
import h3
import libpysal
import numpy as np

RESOLUTION = 9
# A land like a town's: a bent outline around a lake, and an island of one hex well apart.
LAND = [
    (31.034, 120.600), (31.038, 120.625), (31.028, 120.655), (31.012, 120.657),
    (31.004, 120.643), (30.993, 120.640), (30.991, 120.610), (31.010, 120.613),
    (31.015, 120.597),
]  # fmt: skip
LAKE = [(31.026, 120.631), (31.022, 120.639), (31.013, 120.632), (31.019, 120.625)]
ISLAND = (30.990, 120.690)


def main() -> None:
    """Draw the counts, ask esda, write both."""
    rng = np.random.default_rng(20260301)
    land = h3.LatLngPoly(LAND, LAKE)
    hexes = sorted([*h3.polygon_to_cells(land, RESOLUTION), h3.latlng_to_cell(*ISLAND, RESOLUTION)])
    n = len(hexes)
    place = {hex_: i for i, hex_ in enumerate(hexes)}
    around = {
        i: sorted(place[other] for other in h3.grid_ring(hex_, 1) if other in place)
        for i, hex_ in enumerate(hexes)
    }
    market = np.array([h3.grid_distance(hex_, hexes[n // 3]) for hex_ in hexes])
    counts = {
        "few, most of them none": rng.poisson(0.4, n),
        "around a market": rng.poisson(2.0 + 15.0 * np.exp(-0.5 * market)),
        "many, very unlike": rng.poisson(rng.lognormal(3.0, 1.5, n)),
        "one alone": np.where(market == 0, 7, 0),
    }
    weights = libpysal.weights.W(around, id_order=list(range(n)), silence_warnings=True)
    weights = libpysal.weights.fill_diagonal(weights, 1.0)
    cases = []
    for name, x in counts.items():
        found = esda.G_Local(x.astype(float), weights, transform="B", permutations=0, star=True)
        cases.append({"name": name, "counts": x.tolist(), "z": found.Zs.round(10).tolist()})
    body = {
        "versions": {
            "esda": esda.__version__, "libpysal": libpysal.__version__, "h3": h3.__version__,
            "numpy": np.__version__,
        },
        "hexes": hexes,
        "cases": cases,
    }  # fmt: skip
    text = json.dumps(body, ensure_ascii=False)
    Path(__file__).with_name("gi_star.json").write_text(
        text.replace(', "', ',\n "') + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
