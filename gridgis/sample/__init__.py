"""A first small sample: the fictional Jiangsu water town 苇渡镇, so that a new map is not empty.

`town` makes it from nothing but a seed and a moment. Its administrative codes begin with 3299,
which no real place has; its villages, firms and incidents are invented, and no person is in it.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from gridgis.errors import GridgisError
from gridgis.sample.land import survey
from gridgis.sample.life import addresses, economy, incidents
from gridgis.sample.model import (
    SampleArea,
    SampleCell,
    SampleEnterprise,
    SampleGrid,
    SampleIncident,
    SamplePremises,
    SampleTown,
)
from gridgis.sample.words import CATEGORY_NAMES

__all__ = [
    "CATEGORY_NAMES",
    "NoZone",
    "SampleArea",
    "SampleCell",
    "SampleEnterprise",
    "SampleGrid",
    "SampleIncident",
    "SamplePremises",
    "SampleTown",
    "town",
]


class NoZone(GridgisError):
    """A moment was given without its time zone."""


def town(until: datetime, *, seed: int = 1) -> SampleTown:
    """Return the sample town as it is at `until`.

    Parameters
    ----------
    until : datetime
        With a time zone. All incidents lie in the 120 days before it.
    seed : int
        The same seed and moment give the same town, to the last bit.

    Returns
    -------
    SampleTown
        14 villages in 58 second-level cells, five police cells, two professional nets of some
        six cells each, 150 enterprises, 3,000 incidents; degrees, WGS 84.

    Raises
    ------
    NoZone
        If `until` has no time zone.
    """
    if until.utcoffset() is None:
        raise NoZone("give the sample's moment with its time zone, such as +08:00")
    # One stream each: drawing more firms must not move a border.
    streams = np.random.default_rng(seed).spawn(4)
    land = survey(streams[0])
    houses = addresses(land, streams[1])
    firms, premises = economy(land, houses, streams[2])
    return SampleTown(
        seed=seed,
        until=until,
        areas=land.areas,
        grids=land.grids,
        enterprises=firms,
        premises=premises,
        incidents=incidents(land, houses, until, streams[3]),
    )
