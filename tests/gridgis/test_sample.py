"""The sample town is a town that gridgis itself would accept, whatever the seed."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
import shapely

from gridgis.enterprises import uscc_fault
from gridgis.locate import CellIndex
from gridgis.sample import NoZone, SampleCell, SampleGrid, SampleTown, town

UNTIL = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
SYSTEMS = [
    ("comprehensive", 1), ("comprehensive", 2), ("police", 1), ("environment", 1), ("safety", 1),
]  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2, 20260301])
def sample(request: pytest.FixtureRequest) -> SampleTown:
    return town(UNTIL, seed=request.param)


def grid(sample: SampleTown, system: str, tier: int = 1) -> SampleGrid:
    (found,) = (g for g in sample.grids if (g.system, g.tier) == (system, tier))
    return found


def outlines(cells: tuple[SampleCell, ...]) -> np.ndarray:
    drawn = np.empty(len(cells), dtype=object)
    drawn[:] = [cell.boundary for cell in cells]
    return drawn


def test_one_seed_is_one_town_to_the_last_bit() -> None:
    assert town(UNTIL, seed=3) == town(UNTIL, seed=3)


def test_another_seed_is_another_town_and_the_moment_moves_the_incidents_only() -> None:
    one, other = town(UNTIL, seed=3), town(UNTIL, seed=4)
    assert one.grids != other.grids
    assert one.premises != other.premises
    assert one.incidents != other.incidents
    later = town(UNTIL + timedelta(days=30), seed=3)
    differ = [
        field.name
        for field in dataclasses.fields(SampleTown)
        if getattr(one, field.name) != getattr(later, field.name)
    ]
    assert differ == ["until", "incidents"]


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(NoZone, match="time zone"):
        town(datetime(2026, 3, 1))  # noqa: DTZ001 - that is what is refused


def test_it_is_of_the_size_that_is_promised(sample: SampleTown) -> None:
    assert [(g.system, g.tier) for g in sample.grids] == SYSTEMS
    assert [len(g.cells) for g in sample.grids[:3]] == [14, 58, 5]
    assert all(4 <= len(g.cells) <= 8 for g in sample.grids[3:])
    assert (len(sample.enterprises), len(sample.incidents)) == (150, 3000)
    assert [a.tier for a in sample.areas] == ["county", "town", *["village"] * 14]


# --- Land -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("system", "tier"), SYSTEMS[:3])
def test_grids_that_must_tile_do(sample: SampleTown, system: str, tier: int) -> None:
    tiled = grid(sample, system, tier)
    assert tiled.must_tile
    drawn = outlines(tiled.cells)
    assert shapely.is_valid(drawn).all()
    assert shapely.coverage_is_valid(drawn)
    whole = shapely.coverage_union_all(drawn)
    assert shapely.equals(whole, sample.areas[1].boundary)


def test_professional_nets_do_not_overlap_themselves(sample: SampleTown) -> None:
    for system in ("environment", "safety"):
        net = grid(sample, system)
        assert not net.must_tile
        drawn = outlines(net.cells)
        assert shapely.is_valid(drawn).all()
        i, j = shapely.STRtree(drawn).query(drawn, predicate="intersects")
        assert shapely.relate_pattern(drawn[i], drawn[j], "T********")[i != j].sum() == 0
        # Vertices are rounded to a centimetre, so a border may stand out by as much.
        land = sample.areas[1].boundary.buffer(2e-7)
        assert shapely.covers(land, drawn).all()


def test_children_tile_their_parents(sample: SampleTown) -> None:
    second, first = grid(sample, "comprehensive", 2), grid(sample, "comprehensive", 1)
    assert second.nests_in == ("comprehensive", 1)
    assert {c.parent_code for c in second.cells} == {c.code for c in first.cells}
    for parent in first.cells:
        children = tuple(c for c in second.cells if c.parent_code == parent.code)
        whole = shapely.coverage_union_all(outlines(children))
        assert shapely.equals(whole, parent.boundary)
        assert sum(c.households for c in children) == parent.households
        assert sum(c.population for c in children) == parent.population


def test_police_cells_are_unions_of_villages(sample: SampleTown) -> None:
    villages = outlines(grid(sample, "comprehensive", 1).cells)
    for cell in grid(sample, "police").cells:
        inside = shapely.covers(cell.boundary, villages)
        assert shapely.equals(shapely.coverage_union_all(villages[inside]), cell.boundary)


def test_households_add_up_to_the_town_and_most_cells_keep_the_norm(sample: SampleTown) -> None:
    whole = sample.areas[1]
    for system, tier in SYSTEMS[:3]:
        cells = grid(sample, system, tier).cells
        assert sum(c.households for c in cells) == whole.households
        assert sum(c.population for c in cells) == whole.population
    villages = sample.areas[2:]
    assert sum(v.households or 0 for v in villages) == whole.households
    second = grid(sample, "comprehensive", 2)
    least, most = second.household_range or (0, 0)
    kept = [least <= c.households <= most for c in second.cells]
    assert 0.6 < np.mean(kept) < 1.0  # some break it, so that there is something to see


# --- Codes ----------------------------------------------------------------------------------------


def test_codes_are_made_as_their_scheme_says(sample: SampleTown) -> None:
    codes = [c.code for g in sample.grids for c in g.cells]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 15 and code.isdecimal() and code[:4] == "3299" for code in codes)
    assert [len(a.code) for a in sample.areas] == [6, 9, *[12] * 14]
    villages = {a.code for a in sample.areas[2:]}
    assert {c.code[:12] for c in grid(sample, "comprehensive", 2).cells} == villages
    assert {c.code for c in grid(sample, "comprehensive", 1).cells} == {
        f"{code}000" for code in villages
    }
    nets = {"police": "601", "environment": "701", "safety": "702"}
    for system, net in nets.items():
        assert {c.code[9:12] for c in grid(sample, system).cells} == {net}


def test_codes_run_from_west_to_east(sample: SampleTown) -> None:
    for drawn in sample.grids:
        codes = [c.code for c in drawn.cells]
        assert codes == sorted(codes)
        if (drawn.system, drawn.tier) == ("comprehensive", 1):
            continue  # a village's own code is that of the village
        for prefix in {code[:12] for code in codes}:
            cells = [c for c in drawn.cells if c.code.startswith(prefix)]
            assert [int(c.code[12:]) for c in cells] == list(range(1, len(cells) + 1))
            longitudes = [c.boundary.centroid.x for c in cells]
            assert longitudes == sorted(longitudes)


def test_enterprises_have_codes_without_fault(sample: SampleTown) -> None:
    codes = [e.uscc for e in sample.enterprises]
    assert [uscc_fault(code) for code in codes] == [None] * 150
    assert len(set(codes)) == 150
    assert {code[2:6] for code in codes} == {"3299"}
    register = [e.code for e in sample.enterprises]
    assert register == sorted(set(register))
    assert len({e.name for e in sample.enterprises}) == 150


# --- What stands and happens there ----------------------------------------------------------------


def test_every_incident_lies_strictly_inside_one_second_level_cell(sample: SampleTown) -> None:
    drawn = outlines(grid(sample, "comprehensive", 2).cells)
    at = shapely.points([(i.lon, i.lat) for i in sample.incidents])
    inside = shapely.relate_pattern(drawn[:, None], at[None, :], "0********")
    assert (inside.sum(axis=0) == 1).all()


def test_every_enterprise_has_premises_in_a_cell(sample: SampleTown) -> None:
    here = [code for place in sample.premises for code in place.enterprises]
    assert sorted(here) == [e.code for e in sample.enterprises]
    assert min(len(p.enterprises) for p in sample.premises) == 0  # a square, a market
    assert max(len(p.enterprises) for p in sample.premises) > 1
    lon, lat = np.array([(p.lon, p.lat) for p in sample.premises]).T
    index = CellIndex.build(outlines(grid(sample, "comprehensive", 2).cells))
    assert (index.locate(lon, lat) >= 0).all()
    codes = [p.code for p in sample.premises]
    assert codes == sorted(set(codes))


def test_an_incident_s_address_is_in_the_village_where_it_lies(sample: SampleTown) -> None:
    cells = grid(sample, "comprehensive", 1).cells
    lon, lat = np.array([(i.lon, i.lat) for i in sample.incidents]).T
    village = CellIndex.build(outlines(cells)).locate(lon, lat)
    named = [cells[v].name in i.address for v, i in zip(village, sample.incidents, strict=True)]
    addressed = [any(c.name in i.address for c in cells) for i in sample.incidents]
    assert named == addressed
    assert np.mean(addressed) > 0.5


def test_incidents_happened_in_their_time_in_order(sample: SampleTown) -> None:
    times = [i.occurred_at for i in sample.incidents]
    assert times == sorted(times)
    assert UNTIL - timedelta(days=120) <= times[0] <= times[-1] < UNTIL
    numbers = [i.number for i in sample.incidents]
    assert numbers == sorted(set(numbers))
    for incident in sample.incidents:
        local = incident.occurred_at.astimezone(UNTIL.tzinfo)
        assert incident.number.startswith(f"WD{local:%Y%m%d}")
        if incident.closed_at is None:
            assert not incident.settled_on_spot
        else:
            assert incident.occurred_at <= incident.closed_at < UNTIL
