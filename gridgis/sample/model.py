"""What the sample town consists of: plain values, ready to be written to any store.

Coordinates are longitude and latitude in degrees, WGS 84. Times carry a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import shapely


@dataclass(frozen=True, slots=True)
class SampleArea:
    """An administrative division 行政区划.

    Attributes
    ----------
    code : str
        Statistical code: county 6, town 9, village or community 12 digits.
    tier : str
        "county", "town" or "village".
    name, name_en : str
        Chinese and English name.
    parent_code : str or None
        Code of the area it belongs to; None for the county.
    boundary : MultiPolygon or None
        None for the county, of which only this town is known.
    households, population : int or None
        Sums of the cells below; None for the county.
    """

    code: str
    tier: str
    name: str
    name_en: str
    parent_code: str | None
    boundary: shapely.MultiPolygon | None
    households: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class SampleCell:
    """A cell 网格.

    Attributes
    ----------
    code : str
        15 digits. Comprehensive: the village's 12 and 3 more, "000" for the first-level cell (the
        whole village), 001 onwards for second-level cells from west to east (by the longitude of
        the centroid; of equal longitude from north to south). Cells that are not one village's
        have the town's 9 digits, 601 (police), 701, 702 ... (one for each professional net), and
        3 digits in the same order.
    name, name_en : str
        Chinese and English name.
    parent_code : str or None
        Code of the first-level cell that a second-level cell nests in.
    boundary : MultiPolygon
        Neighbours share their vertices exactly where the grid must tile.
    households, population : int
        Within the cell.
    """

    code: str
    name: str
    name_en: str
    parent_code: str | None
    boundary: shapely.MultiPolygon
    households: int
    population: int


@dataclass(frozen=True, slots=True)
class SampleGrid:
    """One tier of one grid 网格体系.

    Attributes
    ----------
    system : str
        "comprehensive", "police", "environment" or "safety"; tiers of one grid share it.
    kind : str
        "comprehensive", "police" or "professional".
    tier : int
        1 is the first level.
    name, name_en : str
        Chinese and English name.
    must_tile : bool
        Whether its cells must cover the town without gap or overlap.
    nests_in : (str, int) or None
        System and tier of the grid in which each cell has its parent.
    household_range, population_range : (int, int) or None
        The norm, both ends included.
    code_scheme : str
        How codes are made, in words.
    cells : tuple of SampleCell
        Sorted by code.
    """

    system: str
    kind: str
    tier: int
    name: str
    name_en: str
    must_tile: bool
    nests_in: tuple[str, int] | None
    household_range: tuple[int, int] | None
    population_range: tuple[int, int] | None
    code_scheme: str
    cells: tuple[SampleCell, ...]


@dataclass(frozen=True, slots=True)
class SampleEnterprise:
    """A legal entity 企业.

    Attributes
    ----------
    code : str
        The register's own number, unique.
    name : str
        Registered name; invented.
    uscc : str
        统一社会信用代码: 18 characters with valid check characters (GB 32100-2015, GB 11714-1997).
    industry_code, industry : str
        Class of GB/T 4754-2017: four digits, and its name.
    scale : str
        "规上" (above the statistical threshold), "小型" or "微型".
    is_key : bool
        Whether it is on the list of key enterprises.
    """

    code: str
    name: str
    uscc: str
    industry_code: str
    industry: str
    scale: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class SamplePremises:
    """A located place 场所 with none, one or several enterprises.

    Attributes
    ----------
    code, name, address : str
        Unique number, what the place is called, and where it is in words.
    lon, lat : float
        Degrees, WGS 84.
    enterprises : tuple of str
        Codes of the enterprises that are there.
    """

    code: str
    name: str
    address: str
    lon: float
    lat: float
    enterprises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleIncident:
    """Something to be handled 工单.

    Attributes
    ----------
    number : str
        "WD", the local date, and a number within the day; unique, rising with time.
    kind : str
        "event" 事件 or "part" 部件.
    source : str
        巡查, 公众, 12345 or 上级.
    category, title, address : str
        What it is about, in Chinese.
    lon, lat : float
        Degrees, WGS 84; strictly inside one second-level cell.
    occurred_at : datetime
        Before the moment the town is drawn for.
    closed_at : datetime or None
        Not before `occurred_at`; None while it is open.
    settled_on_spot : bool
        Whether the finder settled it there and then.
    """

    number: str
    kind: str
    source: str
    category: str
    title: str
    address: str
    lon: float
    lat: float
    occurred_at: datetime
    closed_at: datetime | None
    settled_on_spot: bool


@dataclass(frozen=True, slots=True)
class SampleTown:
    """A small fictional water town, complete enough to look at.

    Attributes
    ----------
    seed : int
        What it was drawn from.
    until : datetime
        The moment it is drawn for; every incident lies in the 120 days before.
    areas : tuple of SampleArea
        County, town, then villages by code: parents come before their children.
    grids : tuple of SampleGrid
        Comprehensive tier 1 and 2, police, environment, safety: what a grid nests in comes first.
    enterprises, premises : tuple
        By code.
    incidents : tuple of SampleIncident
        By time.
    """

    seed: int
    until: datetime
    areas: tuple[SampleArea, ...]
    grids: tuple[SampleGrid, ...]
    enterprises: tuple[SampleEnterprise, ...]
    premises: tuple[SamplePremises, ...]
    incidents: tuple[SampleIncident, ...]
