"""The sample town's areas and grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridgis.sample.model import SampleArea, SampleCell, SampleGrid
from gridgis.sample.places import BUILT, COUNTY, POLICE, SPINES, TOWN, VILLAGES, Village
from gridgis.sample.shape import (
    Floats,
    curve,
    cut,
    degrees,
    draw,
    neighbours,
    outline,
    split,
    villages,
)

NUMERALS = "一二三四五六七八九"
_VILLAGE_SCHEME = "村(社区)代码 12 位 + 3 位顺序号，自西向东、自北向南"
_TOWN_SCHEME = "镇代码 9 位 + 网别 3 位 + 3 位顺序号，自西向东、自北向南"


@dataclass(frozen=True)
class Land:
    """The land as the rest of the town needs it.

    Attributes
    ----------
    areas, grids : tuple
        As in `SampleTown`.
    plots : list of Polygon
        The second-level cells in metres, in the order of their codes.
    owners : list of Village
        The village of each plot.
    households : (n,) array
        Of each plot.
    """

    areas: tuple[SampleArea, ...]
    grids: tuple[SampleGrid, ...]
    plots: list[Polygon]
    owners: list[Village]
    households: Floats


def survey(rng: np.random.Generator) -> Land:
    """Draw the town's land, its villages and all its grids."""
    spines = [curve(spine[3]) for spine in SPINES]
    built = np.array(BUILT, dtype=np.float64)
    atoms = cut(outline(rng), spines, built, rng)
    seeds = np.array([(v.x, v.y) for v in VILLAGES])
    village = villages(atoms, seeds, np.array([v.reach for v in VILLAGES]))
    around = neighbours(atoms)
    xy = atoms.centre[: atoms.inside]
    near = np.exp(-((xy[:, None] - built[None]) ** 2).sum(axis=2) / 700.0**2).max(axis=1)
    load = atoms.area * (1 + 6 * near)
    cell = np.zeros(atoms.inside, dtype=np.int64)
    owner: list[int] = []
    for number, place in enumerate(VILLAGES):
        members = np.flatnonzero(village == number)
        cell[members] = len(owner) + split(atoms, around, members, load[members], place.cells, rng)
        owner += [number] * place.cells
    plane, globe = draw(atoms, cell, len(owner))

    # A household count for each cell: its share of the village's, most of them within the norm.
    amount = np.bincount(cell, load, len(owner))
    mean = np.bincount(owner, amount) / np.bincount(owner)
    size = rng.uniform(228, 282, len(VILLAGES))
    households = np.round(size[owner] * (amount / mean[owner]) * rng.normal(1, 0.07, len(owner)))
    population = np.round(households * rng.uniform(2.35, 2.95, len(owner)))

    coded = _village_codes(globe, owner)
    rows = []  # (code, plot) in the order of codes
    for number, code in coded.items():
        mine = [i for i, o in enumerate(owner) if o == number]
        ordered = _west_to_east([globe[i] for i in mine])
        rows += [(f"{code}{k + 1:03d}", mine[i]) for k, i in enumerate(ordered)]
    rows.sort()
    second = []
    for code, i in rows:
        place, k = VILLAGES[owner[i]], int(code[12:])
        second.append(
            SampleCell(
                code, f"{place.name}第{NUMERALS[k - 1]}网格", f"{place.name_en}, Cell {k}",
                f"{code[:12]}000", shapely.multipolygons([globe[i]]),
                int(households[i]), int(population[i]),
            )
        )  # fmt: skip
    first = []
    for number, code in sorted(coded.items(), key=lambda item: item[1]):
        mine_cells = [c for c in second if c.code.startswith(code)]
        place = VILLAGES[number]
        first.append(_union(f"{code}000", place.name, place.name_en, mine_cells))
    order = [i for _, i in rows]
    plots, owners = [plane[i] for i in order], [VILLAGES[owner[i]] for i in order]
    town = _union(TOWN[0], TOWN[1], TOWN[2], second)
    return Land(
        areas=_areas(town, first),
        grids=(
            SampleGrid("comprehensive", "comprehensive", 1, "综合网格", "Comprehensive",
                       True, None, None, None, _VILLAGE_SCHEME, tuple(first)),
            SampleGrid("comprehensive", "comprehensive", 2, "综合网格", "Comprehensive",
                       True, ("comprehensive", 1), (200, 300), (600, 900), _VILLAGE_SCHEME,
                       tuple(second)),
            SampleGrid("police", "police", 1, "警务网格", "Police",
                       True, None, None, None, _TOWN_SCHEME, _police(first)),
            SampleGrid("environment", "professional", 1, "生态环境网格", "Environment",
                       False, None, None, None, _TOWN_SCHEME, _environment(town, second)),
            SampleGrid("safety", "professional", 1, "安全生产网格", "Work safety",
                       False, None, None, None, _TOWN_SCHEME, _safety(second)),
        ),
        plots=plots,
        owners=owners,
        households=households[order],
    )  # fmt: skip


def _west_to_east(shapes: Sequence[BaseGeometry]) -> list[int]:
    at = shapely.get_coordinates(shapely.centroid(np.array(shapes)))
    return [int(i) for i in np.lexsort((-at[:, 1], at[:, 0]))]


def _village_codes(globe: list[Polygon], owner: list[int]) -> dict[int, str]:
    """12-digit codes: communities from 001, villages from 201, each from west to east."""
    codes = {}
    whole = [
        shapely.coverage_union_all(
            np.array([g for g, o in zip(globe, owner, strict=True) if o == n])
        )
        for n in range(len(VILLAGES))
    ]
    for community, start in ((True, 1), (False, 201)):
        mine = [n for n, v in enumerate(VILLAGES) if v.community is community]
        for k, i in enumerate(_west_to_east([whole[n] for n in mine])):
            codes[mine[i]] = f"{TOWN[0]}{start + k:03d}"
    return codes


def _union(code: str, name: str, name_en: str, parts: list[SampleCell]) -> SampleCell:
    """Return the cell made of whole cells; every vertex is one of theirs."""
    whole = shapely.coverage_union_all(np.array([p.boundary for p in parts]))
    return SampleCell(
        code, name, name_en, None, shapely.multipolygons(list(shapely.get_parts(whole))),
        sum(p.households for p in parts), sum(p.population for p in parts),
    )  # fmt: skip


def _areas(town: SampleCell, first: list[SampleCell]) -> tuple[SampleArea, ...]:
    county, name, name_en = COUNTY
    return (
        SampleArea(county, "county", name, name_en, None, None, None, None),
        SampleArea(TOWN[0], "town", TOWN[1], TOWN[2], county, town.boundary,
                   town.households, town.population),
        *(
            SampleArea(c.code[:12], "village", c.name, c.name_en, TOWN[0], c.boundary,
                       c.households, c.population)
            for c in first
        ),
    )  # fmt: skip


def _numbered(net: str, cells: list[SampleCell]) -> tuple[SampleCell, ...]:
    """Return the cells with the codes of one net of the town."""
    result = []
    for k, i in enumerate(_west_to_east([c.boundary for c in cells])):
        c = cells[i]
        result.append(
            SampleCell(f"{TOWN[0]}{net}{k + 1:03d}", c.name, c.name_en, None, c.boundary,
                       c.households, c.population)
        )  # fmt: skip
    return tuple(result)


def _police(first: list[SampleCell]) -> tuple[SampleCell, ...]:
    by_name = {c.name: c for c in first}
    cells = [_union("", zh, en, [by_name[n] for n in names]) for zh, en, names in POLICE]
    return _numbered("601", cells)


def _environment(town: SampleCell, second: list[SampleCell]) -> tuple[SampleCell, ...]:
    """River-chief sections: strips along the rivers, apart from each other."""
    cells = []
    taken: list[BaseGeometry] = []
    lands = np.array([c.boundary for c in second])
    heads = np.array([c.households for c in second])
    people = np.array([c.population for c in second])
    inner = shapely.buffer(town.boundary, -0.0002)
    for name, name_en, water, points in SPINES:
        if not water:
            continue
        course = shapely.intersection(shapely.linestrings(degrees(curve(points))), inner)
        course = max(shapely.get_parts(course), key=lambda part: part.length)
        sections = (
            ("",) if name == "荻溪" else ("西段", "东段") if name == "白荻塘" else ("北段", "南段")
        )
        english = {"": "", "西段": " West", "东段": " East", "北段": " North", "南段": " South"}
        for k, section in enumerate(sections):
            gap = 0.03 if len(sections) > 1 else 0.0
            low, high = k / len(sections) + gap, (k + 1) / len(sections) - gap
            steps = np.linspace(low, high, 60)
            along = shapely.line_interpolate_point(course, steps, normalized=True)
            line = shapely.LineString(shapely.get_coordinates(along))
            shape: BaseGeometry = line.buffer(0.0021, quad_segs=6)
            for other in taken:
                shape = shape.difference(other.buffer(0.0004))
            shape = shapely.set_precision(shape.intersection(town.boundary), 1e-7)
            band: shapely.Polygon = max(shapely.get_parts(shape), key=lambda part: part.area)
            taken.append(band)
            share = shapely.area(shapely.intersection(lands, band)) / shapely.area(lands)
            cells.append(
                SampleCell("", f"{name}{section}环境网格", f"{name_en}{english[section]}", None,
                           shapely.MultiPolygon([band]), round(float(heads @ share)),
                           round(float(people @ share)))
            )  # fmt: skip
    return _numbered("701", cells)


_SAFETY = (
    ("新港", (1, 2)),
    ("新港", (5, 6)),
    ("大荡口", (1,)),
    ("南圩", (1,)),
    ("桑田", (2,)),
    ("柳埠", (4,)),
)


def _safety(second: list[SampleCell]) -> tuple[SampleCell, ...]:
    """Where the works are: whole second-level cells, here and there."""
    cells = []
    for k, (short, numbers) in enumerate(_SAFETY):
        parts = [c for c in second if c.name.startswith(short) and int(c.code[12:]) in numbers]
        place = next(v for v in VILLAGES if v.short == short)
        letter = "甲乙丙丁戊己"[k]
        english = f"Works {'ABCDEF'[k]}, {place.name_en.split()[0]}"
        cells.append(_union("", f"{short}安全{letter}网格", english, parts))
    return _numbered("702", cells)
