"""The sample town's addresses, firms and incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import numpy as np
import shapely

from gridgis.enterprises import ALPHABET, uscc_check_digit
from gridgis.sample.land import Land
from gridgis.sample.model import SampleEnterprise, SampleIncident, SamplePremises
from gridgis.sample.places import COUNTY, NIGHT_MARKET, OLD_STREET, OUTFALL, TOWN, Village
from gridgis.sample.shape import Floats, degrees
from gridgis.sample.words import (
    BRANDS,
    CATEGORIES,
    HAMLETS,
    INDUSTRIES,
    KEY_PLACES,
    SOURCES,
    STREET_ENDS,
    STREETS,
    WORKS,
    Category,
)

DAYS = 120
INCIDENTS = 3000
ENTERPRISES = 150
ON_SPOT = 0.84
LOCAL = timezone(timedelta(hours=8))  # Asia/Shanghai has had no summer time since 1991
INSET_M = 9.0  # addresses keep this far from their cell's border, jitter included
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Address:
    """A place with a house number, in metres."""

    street: str
    number: int
    xy: tuple[float, float]
    owner: Village
    plot: int

    @property
    def text(self) -> str:
        """The address in words."""
        return f"{TOWN[1]}{self.owner.name}{self.street}{self.number}号"


def addresses(land: Land, rng: np.random.Generator) -> list[Address]:
    """Houses in rows along a few streets or creeks of every second-level cell."""
    found: list[Address] = []
    streets = [f"{name}{STREET_ENDS[k % 4]}" for k, name in enumerate(STREETS * 4)]
    hamlets = list(rng.permutation(HAMLETS))
    for plot, (shape, owner) in enumerate(zip(land.plots, land.owners, strict=True)):
        inner = shapely.buffer(shape, -INSET_M)
        shapely.prepare(inner)
        centre = np.array(shape.centroid.coords[0])
        bend = rng.uniform(0, np.pi)
        for k in range(3):
            name = str(hamlets.pop()) if not owner.community else streets.pop(0)
            turn = bend + (k % 2) * np.pi / 2 + rng.normal(0, 0.15)
            along, aside = (
                np.array([np.cos(turn), np.sin(turn)]),
                np.array([-np.sin(turn), np.cos(turn)]),
            )
            reach = 0.33 * float(np.sqrt(shape.area))
            start = centre + aside * rng.uniform(-0.6, 0.6) * reach
            steps = np.arange(-reach, reach, 26.0 if owner.community else 34.0)
            curl = rng.normal(0, 0.12)
            line = start + along * steps[:, None] + aside * (curl * steps**2 / reach)[:, None]
            for side in (1, 2):
                at = line + aside * (13.0 if side == 1 else -13.0) + rng.normal(0, 2, line.shape)
                inside = shapely.contains_xy(inner, at)
                numbers = np.arange(len(at)) * 2 + side
                for (x, y), number in zip(
                    at[inside].tolist(), numbers[inside].tolist(), strict=True
                ):
                    found.append(Address(name, number, (x, y), owner, plot))
    return found


def uscc(area: str, rng: np.random.Generator) -> str:
    """Return a 统一社会信用代码 with valid check characters; nobody has it, the area is fictional.

    18 characters: 9 (market regulation), 1 (enterprise), six of the area, nine of the organisation
    (the ninth checks it: GB 11714-1997, modulus 11), one check character (GB 32100-2015,
    modulus 31).
    """
    body = "MA" + "".join(ALPHABET[i] for i in rng.integers(31, size=6))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(w * _LETTERS.index(c) for w, c in zip(weights, body, strict=True)) % 11
    body += {10: "X", 11: "0"}.get(rest, str(rest))
    head = f"91{area}{body}"
    return head + uscc_check_digit(head)


def economy(
    land: Land, houses: list[Address], rng: np.random.Generator
) -> tuple[tuple[SampleEnterprise, ...], tuple[SamplePremises, ...]]:
    """Firms and the places where they are; some share one, some places have none."""
    share = np.array([row[3] for row in INDUSTRIES], dtype=np.float64)
    trades = np.sort(rng.choice(len(INDUSTRIES), ENTERPRISES, p=share / share.sum()))
    names: set[str] = set()
    firms: list[SampleEnterprise] = []
    sites: list[tuple[str, Address, list[str]]] = []
    by_name = {owner.name: [h for h in houses if h.owner == owner] for owner in set(land.owners)}
    works = [
        replace(h, street=WORKS[h.plot % len(WORKS)])
        for village in ("新港社区", "大荡口村", "南圩村", "柳埠村")
        for h in by_name[village]
    ]
    shops = [h for h in houses if h.owner.community]
    farms = [h for h in houses if not h.owner.community]
    for trade in trades.tolist():
        klass, industry, called, _, where = INDUSTRIES[trade]
        while True:
            brand = BRANDS[int(rng.integers(len(BRANDS)))]
            ending = "有限公司" if where == "works" else "店" if where == "shops" else "专业合作社"
            name = f"{TOWN[1][:2]}{brand}{called}{ending}".replace("店店", "店")
            if name not in names:
                break
        names.add(name)
        large = where == "works" and rng.random() < 0.22
        scale = "规上" if large else "小型" if where == "works" else "微型"
        code = f"E{len(firms) + 1:05d}"
        firms.append(
            SampleEnterprise(code, name, uscc(COUNTY[0], rng), klass, industry, scale,
                             bool(large and rng.random() < 0.5))
        )  # fmt: skip
        if where == "works" and sites and rng.random() < 0.15 and len(sites[-1][2]) < 3:
            sites[-1][2].append(code)
            continue
        pool = works if where == "works" else shops if where == "shops" else farms
        sites.append((name, pool.pop(int(rng.integers(len(pool)))), [code]))
    for name, village in KEY_PLACES:
        pool = by_name[village]
        sites.append((name, pool[int(rng.integers(len(pool)))], []))
    points = degrees(np.array([site[1].xy for site in sites]))
    premises = []
    for k, ((name, house, here), (lon, lat)) in enumerate(zip(sites, points.tolist(), strict=True)):
        if len(here) > 1:
            name = f"{house.owner.short}{house.street}{house.number}号厂房"
        premises.append(SamplePremises(f"P{k + 1:05d}", name, house.text, lon, lat, tuple(here)))
    return tuple(firms), tuple(premises)


@dataclass(frozen=True)
class _Hotspot:
    """Where more happens than its neighbourhood explains."""

    at: tuple[float, float]
    spread: float
    share: float
    last_days: int
    hours: tuple[int, ...]
    address: str
    titles: tuple[tuple[str, str], ...]  # (category, title)


_EVENING = (4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 14, 18, 17, 11)
_MORNING = (0, 0, 0, 0, 0, 4, 14, 18, 14, 10, 7, 4, 2, 2, 3, 5, 6, 5, 3, 1, 0, 0, 0, 0)
_WORKDAY = (3, 3, 3, 3, 3, 4, 5, 6, 6, 5, 4, 3, 3, 3, 4, 5, 5, 6, 6, 5, 4, 4, 4, 3)
HOTSPOTS = (
    _Hotspot(
        NIGHT_MARKET,
        95,
        0.075,
        100,
        _EVENING,
        "新港夜市",
        (
            ("噪声扰民", "夜市音响噪声扰民"),
            ("噪声扰民", "夜市散场喧哗扰民"),
            ("噪声扰民", "夜市摊位高音喇叭叫卖"),
            ("占道经营", "夜市摊位超线经营"),
            ("市容环境", "夜市餐厨垃圾未清"),
        ),
    ),
    _Hotspot(
        OLD_STREET,
        85,
        0.055,
        120,
        _MORNING,
        "西栅老街",
        (
            ("占道经营", "早市摊贩占用桥堍"),
            ("占道经营", "商铺跨门经营"),
            ("市容环境", "早市散场垃圾未清"),
            ("车辆停放", "游客车辆堵塞巷口"),
        ),
    ),
    _Hotspot(
        OUTFALL,
        110,
        0.022,
        45,
        _WORKDAY,
        "新港河西岸排口",
        (
            ("污水河道", "排口出水发黑有异味"),
            ("污水河道", "河面出现油膜"),
            ("污水河道", "雨天排口溢流"),
        ),
    ),
)


def incidents(
    land: Land, houses: list[Address], until: datetime, rng: np.random.Generator
) -> tuple[SampleIncident, ...]:
    """Return what happened in the `DAYS` days before `until`."""
    rows: list[tuple[datetime, Category, str, str, tuple[float, float]]] = []
    inner = [shapely.buffer(plot, -INSET_M) for plot in land.plots]
    shapely.prepare(inner)
    by_name = {c.name: c for c in CATEGORIES}
    for spot in HOTSPOTS:
        for _ in range(round(spot.share * INCIDENTS)):
            category, title = spot.titles[int(rng.integers(len(spot.titles)))]
            while True:
                xy = np.array(spot.at) + rng.normal(0, spot.spread, 2)
                if shapely.contains_xy(inner, xy[0], xy[1]).any():
                    break
            at = _moment(until, spot.last_days, spot.hours, 1.4, rng)
            text = f"{TOWN[1]}{spot.address}"
            rows.append((at, by_name[category], title, text, (float(xy[0]), float(xy[1]))))
    per_plot = np.bincount([h.plot for h in houses], minlength=len(land.plots))
    # People make incidents: a cell's share follows its households, with its own temper.
    temper = rng.lognormal(0, 0.28, len(land.plots))
    weight = np.array([land.households[h.plot] * temper[h.plot] / per_plot[h.plot] for h in houses])
    urban = np.array([h.owner.community for h in houses])
    shares = np.array([c.share for c in CATEGORIES], dtype=np.float64)
    kinds = rng.choice(len(CATEGORIES), INCIDENTS - len(rows), p=shares / shares.sum())
    for number, count in enumerate(np.bincount(kinds, minlength=len(CATEGORIES)).tolist()):
        category_row = CATEGORIES[number]
        likely = weight * np.where(urban, category_row.urban, 1.0)
        for pick in rng.choice(len(houses), count, p=likely / likely.sum()).tolist():
            house = houses[pick]
            while True:  # beside the house, and still in its cell
                x, y = (np.array(house.xy) + rng.normal(0, 5, 2)).tolist()
                if shapely.contains_xy(inner[house.plot], x, y):
                    break
            at = _moment(until, DAYS, category_row.hours, category_row.weekend, rng)
            title = category_row.titles[int(rng.integers(len(category_row.titles)))]
            rows.append((at, category_row, title, house.text, (x, y)))
    rows.sort(key=lambda row: row[0])
    points = degrees(np.array([row[4] for row in rows]))
    result: list[SampleIncident] = []
    day, count = "", 0
    for (at, kind, title, address, _), (lon, lat) in zip(rows, points.tolist(), strict=True):
        today = at.astimezone(LOCAL).strftime("%Y%m%d")
        day, count = (day, count + 1) if today == day else (today, 1)
        source = tuple(SOURCES)[int(rng.choice(4, p=kind.sources))]
        closed, on_spot = _closing(at, until, rng)
        result.append(
            SampleIncident(f"WD{day}{count:04d}", kind.kind, source, kind.name, title, address,
                           lon, lat, at, closed, on_spot)
        )  # fmt: skip
    return tuple(result)


def _moment(
    until: datetime, days: int, hours: Sequence[int], weekend: float, rng: np.random.Generator
) -> datetime:
    """Return a moment in the last `days` days, by the hours' shares and the weekend's factor."""
    shares = np.cumsum(hours)
    midnight = until.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    top = max(1.0, weekend)
    while True:
        date = midnight - timedelta(days=int(rng.integers(days + 1)))
        if rng.random() > (weekend if date.weekday() >= 5 else 1.0) / top:
            continue
        hour = int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))
        at = date + timedelta(hours=hour, seconds=int(rng.integers(3600)))
        if until - timedelta(days=days) <= at < until:
            return at


def _closing(
    at: datetime, until: datetime, rng: np.random.Generator
) -> tuple[datetime | None, bool]:
    on_spot = bool(rng.random() < ON_SPOT)
    minutes = float(rng.uniform(4, 55) if on_spot else 60 * rng.lognormal(4.3, 1.0))
    closed = at + timedelta(minutes=round(minutes))
    return (closed, on_spot) if closed < until else (None, False)


def points(rows: Sequence[SampleIncident]) -> Floats:
    """Longitudes and latitudes of incidents, (n, 2)."""
    return np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)
