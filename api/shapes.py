"""The shapes of answers: what OpenAPI says, and what the front end's types are made from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

Bbox = tuple[float, float, float, float]
P = TypeVar("P", bound=BaseModel)
Kind = Literal["comprehensive", "professional", "exclusive", "police"]


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["NoSuchCell"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no cell 7 in a plan in force"])


class Named(BaseModel):
    """Something with a code and a name."""

    id: int
    code: str
    name: str
    name_en: str | None


class PlanInForce(BaseModel):
    """The plan that draws a grid now."""

    id: int
    number: int = Field(examples=[3])
    name: str
    in_force_from: datetime
    certificate: dict[str, Any] | None = Field(
        None, description="what was proved, and what was found, when it was sealed"
    )


class GridLine(BaseModel):
    """One tier of one grid."""

    id: int
    slot: int
    kind: Kind
    system: str = Field(examples=["police"])
    tier: int = Field(examples=[1], description="1 first-level, 2 second-level, 3 micro")
    name: str = Field(examples=["警务网格"])
    name_en: str | None = Field(examples=["Police"])
    must_tile: bool
    nests_in: int | None
    epoch: int
    cells: int
    bbox: Bbox | None
    plan: PlanInForce | None


class Place(BaseModel):
    """What all this is about."""

    name: str = Field(examples=["苇渡镇"])
    name_en: str | None
    code: str


class Grids(BaseModel):
    """All grids of the place."""

    place: Place | None
    bbox: Bbox | None
    grids: list[GridLine]


class Geometry(BaseModel):
    """A GeoJSON geometry, longitude first, WGS 84."""

    type: str
    coordinates: list[Any]


class CellProperties(BaseModel):
    """A cell as its plan draws it."""

    id: int
    code: str
    name: str
    name_en: str | None
    grid: int
    plan: int
    parent: int | None
    parent_code: str | None
    parent_name: str | None
    households: int | None
    population: int | None
    area_m2: float


class AreaProperties(BaseModel):
    """An administrative division."""

    id: int
    code: str
    tier: Literal["city", "county", "town", "village"]
    name: str
    name_en: str | None
    parent: int | None
    households: int | None
    population: int | None


class IncidentProperties(BaseModel):
    """An incident."""

    id: int
    number: str
    kind: Literal["event", "part"]
    source: str | None
    category: str | None
    title: str | None
    address: str | None
    occurred_at: datetime
    closed_at: datetime | None
    state: Literal["open", "closed"]
    cells: list[int | None] = Field(description="cell by grid slot - 1, null outside")


class PremisesProperties(BaseModel):
    """A located place and who is there."""

    id: int
    code: str
    name: str
    address: str | None
    cells: list[int | None]
    enterprises: list[str]


class EnterpriseProperties(BaseModel):
    """A legal entity."""

    id: int
    code: str
    name: str
    uscc: str | None
    uscc_fault: str | None
    industry: str | None
    scale: str | None
    is_key: bool
    credit_class: str | None


class Feature(BaseModel, Generic[P]):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Geometry | None
    properties: P


class Features(BaseModel, Generic[P]):
    """A page of GeoJSON features."""

    type: Literal["FeatureCollection"]
    features: list[Feature[P]]
    matched: int = Field(description="how many there are on all pages")
    next: str | None = Field(description="give it as `cursor` for the next page")


class CategoryCount(BaseModel):
    """Incidents of one category; null is none given."""

    category: str | None
    count: int


class DayCount(BaseModel):
    """Incidents of one day of Asia/Shanghai."""

    day: date
    count: int


class CellIncidents(BaseModel):
    """A cell's incidents in the window."""

    count: int
    closed: int
    previous: int | None = Field(description="in the equally long window before; null if open")
    by_category: list[CategoryCount]
    by_day: list[DayCount]


class Count(BaseModel):
    """How many."""

    count: int


class CardGrid(BaseModel):
    """The grid on a cell's card."""

    id: int
    name: str
    name_en: str | None
    kind: Kind
    system: str
    tier: int


class CardPlan(BaseModel):
    """The plan on a cell's card."""

    number: int
    name: str
    in_force_from: datetime


class CellCard(BaseModel):
    """All that the card of one cell shows."""

    id: int
    code: str
    name: str
    name_en: str | None
    grid: CardGrid
    plan: CardPlan
    parent: Named | None
    children: int
    households: int | None
    population: int | None
    area_m2: float
    party_branch: str | None
    bbox: Bbox
    geometry: Geometry
    incidents: CellIncidents
    enterprises: Count
    premises: Count


class Bucket(BaseModel):
    """One step of time."""

    start: datetime
    count: int


class Timeline(BaseModel):
    """Incidents through time. `from` and `to` are those of all incidents."""

    bucket: Literal["day", "week", "month"]
    from_: datetime | None = Field(alias="from")
    to: datetime | None
    total: int
    buckets: list[Bucket]
    categories: list[CategoryCount]


class HexProperties(BaseModel):
    """One hex of the land. `class` is 1, 2, 3 for hot at 90, 95, 99 %, negative for cold."""

    hex: str
    count: int
    z: float
    p: float
    p_adjusted: float
    class_: int = Field(alias="class", ge=-3, le=3)


class Hex(BaseModel):
    """A hex as GeoJSON."""

    type: Literal["Feature"]
    id: str
    geometry: Geometry
    properties: HexProperties


class SignificantHexes(BaseModel):
    """How many hexes, and how many incidents in them."""

    hexes: int
    incidents: int


class Hotspots(BaseModel):
    """Density and hotspots in one answer."""

    type: Literal["FeatureCollection"]
    features: list[Hex]
    resolution: int
    from_: datetime | None = Field(alias="from")
    to: datetime | None
    incidents: int = Field(description="of the window, located or not")
    located: int
    on_land: int = Field(description="inside one of the hexes")
    hexes: int
    significant: dict[
        Literal["hot99", "hot95", "hot90", "cold90", "cold95", "cold99"], SignificantHexes
    ]
    method: str


class LandShare(BaseModel):
    """Covered land over all land, geodesic."""

    covered_m2: float
    total_m2: float
    share: float | None


class Share(BaseModel):
    """A share with its numerator and denominator."""

    covered: int
    total: int
    share: float | None


class GridCoverage(BaseModel):
    """What lies in a cell of one grid."""

    grid: int
    name: str
    name_en: str | None
    kind: Kind
    system: str
    tier: int
    land: LandShare
    incidents: Share
    enterprises: Share


class Coverage(BaseModel):
    """Coverage by grid, and what each share means in Chinese and English."""

    grids: list[GridCoverage]
    definitions: dict[Literal["land", "incidents", "enterprises"], dict[Literal["zh", "en"], str]]


class LocatedIn(BaseModel):
    """The cell of one grid that holds the place; null outside."""

    grid: int
    grid_name: str
    grid_name_en: str | None
    kind: Kind
    tier: int
    cell: Named | None


class Located(BaseModel):
    """Which cells hold a place."""

    lon: float
    lat: float
    datum: str
    wgs84: tuple[float, float]
    cells: list[LocatedIn]


class Found(BaseModel):
    """One result of a search."""

    kind: Literal["cell", "area", "enterprise", "incident"]
    id: int
    code: str
    name: str
    name_en: str | None
    detail: str | None
    detail_en: str | None
    tier: int | None
    bbox: Bbox | None


class SearchResults(BaseModel):
    """What a search found, the exact matches first."""

    results: list[Found]
