"""Chicago: a real police grid in three tiers, a real civil grid that does not nest, real crimes.

The figures asked for were measured before and elsewhere, with GeoPandas; see the data's own notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, text

from gridgis.geodesy import area_m2
from layers.arrivals import Said, import_enterprises, import_incidents
from layers.boundaries import Boundaries
from layers.coverage import LandShares, coverage
from layers.database import transaction
from layers.drawings import Drawings
from layers.features import Window
from layers.files import read
from layers.hotspots import Lands, hotspot_hexes
from layers.summary import Summary
from tests.real.conftest import draw

pytestmark = pytest.mark.real_data

SINCE = datetime(2018, 1, 1, tzinfo=UTC)
CRIMES, PLACES = 156_385, 12_367


@dataclass
class Chicago:
    """The filled database, the folder it came from, and what each import said."""

    engine: Engine
    data: Path
    said: dict[str, list[Summary]]


@pytest.fixture(scope="module")
def chicago(place: Engine, real_data: Path) -> Chicago:
    bounds = real_data / "A_chicago_boundaries"
    said = {
        "beats": draw(
            place,
            bounds / "police_beats.zip",
            Boundaries(
                "police", 3, code="BEAT_NUM", parents=("DISTRICT+SECTOR", "DISTRICT"), since=SINCE
            ),
        ),
        "areas": draw(
            place,
            bounds / "community_areas.zip",
            Boundaries("comprehensive", 1, code="area_numbe", name="community", since=SINCE),
        ),
        "tracts": draw(
            place,
            bounds / "census_tracts_2010.geojson.zip",
            Boundaries(
                "comprehensive", 2, code="geoid10", name="namelsad10", parents=("commarea",),
                since=SINCE,
            ),
        ),
    }  # fmt: skip
    with transaction(place) as session:
        said["crimes"] = [
            import_incidents(
                session,
                Drawings(),
                read(real_data / "B_chicago_incidents" / "crimes_2018_jan-aug.parquet"),
                Said(
                    "wgs84",
                    "America/Chicago",
                    {
                        "number": "SeqId",
                        "occurred_at": "LocalDateTime",
                        "lon": "Longitude",
                        "lat": "Latitude",
                        "category": "PrimaryType",
                    },
                ),
            )
        ]
    with transaction(place) as session:
        said["food"] = [
            import_enterprises(
                session,
                Drawings(),
                read(
                    real_data / "C_chicago_enterprises" / "food_inspections_with_inspector.parquet"
                ),
                Said(
                    "wgs84",
                    columns={
                        "code": "License",
                        "name": "DBA_Name",
                        "lon": "Longitude",
                        "lat": "Latitude",
                    },
                ),
            )
        ]
    return Chicago(place, real_data, said)


def scalar(chicago: Chicago, query: str, **values: object) -> int:
    with transaction(chicago.engine) as session:
        found: int = session.execute(text(query), values).scalar_one()
    return found


def slot(chicago: Chicago, system: str, tier: int) -> int:
    return scalar(
        chicago, "SELECT slot FROM grid WHERE system = :s AND tier = :t", s=system, t=tier
    )


def test_beats_make_sectors_and_districts(chicago: Chicago) -> None:
    beats, sectors, districts = chicago.said["beats"]
    # One beat comes in three parts.
    assert (beats.read, beats.merged, beats.added, beats.refused) == (277, 2, 275, 0)
    assert (sectors.added, districts.added) == (68, 23)
    assert not [note for note in beats.notes if "parent" in note]
    counted = scalar(
        chicago,
        "SELECT count(*) FROM cell_shape b JOIN cell_shape s ON s.cell_id = b.parent_id"
        " JOIN cell_shape d ON d.cell_id = s.parent_id JOIN grid g ON g.id = b.grid_id"
        " WHERE g.tier = 3 AND left(b.code, 3) = s.code AND left(b.code, 2) = d.code",
    )
    assert counted == 275


def test_us_feet_and_degrees_draw_one_city(chicago: Chicago) -> None:
    (areas,) = chicago.said["areas"]
    assert (areas.added, areas.facts["datum"]) == (77, "EPSG:3435")
    # Square kilometres as measured in the plane by others; ours are on the ellipsoid.
    for system, tier, km2 in (("police", 3, 608.45), ("comprehensive", 1, 597.70)):
        with transaction(chicago.engine) as session:
            total = session.execute(
                text(
                    "SELECT sum(area_m2) FROM cell_shape s JOIN grid g ON g.id = s.grid_id"
                    " WHERE system = :system AND tier = :tier"
                ),
                {"system": system, "tier": tier},
            ).scalar_one()
        assert total / 1e6 == pytest.approx(km2, rel=1e-3)
    # The feet, converted by another hand: the outlines lie within a centimetre of each other.
    theirs = gpd.read_file(chicago.data / "A_chicago_boundaries" / "community_areas.zip")
    theirs = theirs.to_crs(4326)
    theirs.columns = theirs.columns.str.lower()
    theirs = theirs.set_index("area_numbe")
    with transaction(chicago.engine) as session:
        rows = session.execute(
            text(
                "SELECT code, ST_AsBinary(boundary) FROM cell_shape s JOIN grid g"
                " ON g.id = s.grid_id WHERE system = 'comprehensive' AND tier = 1"
            )
        ).all()
    for code, boundary in rows:
        ours = shapely.from_wkb(bytes(boundary))
        assert shapely.hausdorff_distance(ours, theirs.geometry[code]) < 1e-7


def test_tiers_that_do_not_nest_are_reported(chicago: Chicago) -> None:
    (tracts,) = chicago.said["tracts"]
    assert tracts.added == 801
    (note,) = [note for note in tracts.notes if "stated parent" in note]
    assert note.startswith("115 of 801 cells have less than 99 %")
    assert "(49 less than 95 %)" in note
    assert "0.9%" in note


def test_crimes_lie_in_exactly_one_beat(chicago: Chicago) -> None:
    (crimes,) = chicago.said["crimes"]
    assert (crimes.read, crimes.added, crimes.refused) == (CRIMES, CRIMES, 0)
    beat = slot(chicago, "police", 3)
    held = scalar(chicago, f"SELECT count(*) FROM incident WHERE cells[{beat}] IS NOT NULL")
    assert held == crimes.facts["in police tier 3"]
    assert f"{held / CRIMES:.2%}" == "99.73%"
    area = slot(chicago, "comprehensive", 1)
    held = scalar(chicago, f"SELECT count(*) FROM incident WHERE cells[{area}] IS NOT NULL")
    assert f"{held / CRIMES:.2%}" == "99.72%"


def test_their_times_are_chicago_s(chicago: Chicago) -> None:
    """The file's own: from the first minute of the year to the last of 8 August, with no zone."""
    with transaction(chicago.engine) as session:
        first, last = session.execute(
            text(
                "SELECT min(occurred_at AT TIME ZONE 'America/Chicago')::text,"
                " max(occurred_at AT TIME ZONE 'America/Chicago')::text FROM incident"
            )
        ).one()
    assert (first, last) == ("2018-01-01 00:00:00", "2018-08-08 23:59:00")
    # In summer five hours behind UTC, in winter six.
    assert scalar(chicago, "SELECT extract(hour FROM min(occurred_at)) FROM incident") == 6
    assert scalar(chicago, "SELECT extract(hour FROM max(occurred_at)) FROM incident") == 4


def test_each_tier_agrees_with_the_one_below(chicago: Chicago) -> None:
    """A crime's sector is its beat's sector: derived parents share their children's borders."""
    beat, sector = slot(chicago, "police", 3), slot(chicago, "police", 2)
    torn = scalar(
        chicago,
        f"SELECT count(*) FROM incident i JOIN cell_shape s ON s.cell_id = i.cells[{beat}]"
        f" WHERE i.cells[{sector}] IS DISTINCT FROM s.parent_id",
    )
    # Uniting beats moves a border by the last digit of a double; none of the crimes is so near.
    assert torn == 0


def test_cells_are_what_geopandas_joins(chicago: Chicago) -> None:
    crimes = pd.read_parquet(
        chicago.data / "B_chicago_incidents" / "crimes_2018_jan-aug.parquet"
    ).sample(20_000, random_state=1)
    points = gpd.GeoDataFrame(
        crimes[["SeqId"]],
        geometry=gpd.points_from_xy(crimes.Longitude, crimes.Latitude),
        crs=4326,
    )
    beats = gpd.read_file(chicago.data / "A_chicago_boundaries" / "police_beats.zip")
    joined = points.sjoin(beats[["BEAT_NUM", "geometry"]], predicate="intersects", how="left")
    expected = joined.groupby("SeqId")["BEAT_NUM"].min()
    beat = slot(chicago, "police", 3)
    with transaction(chicago.engine) as session:
        rows = session.execute(
            text(
                f"SELECT i.number, s.code FROM incident i LEFT JOIN cell_shape s"
                f" ON s.cell_id = i.cells[{beat}] WHERE i.number = ANY(:numbers)"
            ),
            {"numbers": [str(number) for number in crimes.SeqId]},
        ).all()
    ours = pd.Series({int(number): code for number, code in rows}, dtype=object)
    theirs = expected.astype(object).reindex(ours.index)
    assert len(ours) == 20_000
    assert ((ours == theirs) | (ours.isna() & theirs.isna())).all()


def test_the_recorded_community_area_is_mostly_the_one_it_lies_in(chicago: Chicago) -> None:
    """Coordinates were shifted to the street's centre, which is often the border."""
    area = slot(chicago, "comprehensive", 1)
    crimes = pd.read_parquet(chicago.data / "B_chicago_incidents" / "crimes_2018_jan-aug.parquet")
    with transaction(chicago.engine) as session:
        rows = session.execute(
            text(
                f"SELECT i.number::int, s.code::int FROM incident i JOIN cell_shape s"
                f" ON s.cell_id = i.cells[{area}]"
            )
        ).all()
    located = pd.Series(dict(rows))
    recorded = crimes.set_index("SeqId").CommunityArea
    same = (located.reindex(recorded.index) == recorded).mean()
    assert f"{same:.2%}" == "97.32%"


def test_every_row_knows_the_cells_of_its_own_time(chicago: Chicago) -> None:
    """The first plans reach back to 2018 in UTC: the first hours there are the year before."""
    early = scalar(chicago, "SELECT count(*) FROM incident WHERE occurred_at < :since", since=SINCE)
    blank = scalar(
        chicago, "SELECT count(*) FROM incident WHERE cells <> '{}' AND cells_then = '{}'"
    )
    differing = scalar(
        chicago,
        "SELECT count(*) FROM incident WHERE occurred_at >= :since AND cells <> cells_then",
        since=SINCE,
    )
    assert (early, blank, differing) == (0, 0, 0)


def test_food_places(chicago: Chicago) -> None:
    (food,) = chicago.said["food"]
    assert (food.read, food.added, food.merged) == (27_600, PLACES, 27_600 - PLACES)
    located = int(food.facts["with a place"])
    assert located + int(food.facts["without a place"]) == PLACES
    assert scalar(chicago, "SELECT count(*) FROM premises") == located


def test_hotspots_by_an_independent_hand(chicago: Chicago) -> None:
    """Gi* at resolution 8 once more, with a dense matrix and the textbook's own words."""
    with transaction(chicago.engine) as session:
        found = hotspot_hexes(session, Lands(), 8, Window())
    assert found["incidents"] == found["located"] == CRIMES
    counts = np.array([f["properties"]["count"] for f in found["features"]], dtype=float)
    assert counts.sum() == found["on_land"]
    centres = shapely.centroid([shapely.geometry.shape(f["geometry"]) for f in found["features"]])
    lon, lat = shapely.get_x(centres), shapely.get_y(centres)
    x = np.radians(lon) * np.cos(np.radians(41.8)) * 6_371_008.8
    y = np.radians(lat) * 6_371_008.8
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    nearest = np.partition(apart + np.diag(np.full(len(x), np.inf)), 0, axis=1)[:, 0].mean()
    w = (apart < 1.4 * nearest).astype(float)  # itself and the ring that touches it
    n, mean, spread = len(counts), counts.mean(), counts.std()
    sums = w.sum(axis=1)
    z = (w @ counts - mean * sums) / (spread * np.sqrt((n * sums - sums**2) / (n - 1)))
    ours = np.array([f["properties"]["z"] for f in found["features"]])
    np.testing.assert_allclose(ours, z, atol=1e-4)
    assert found["significant"]["hot99"]["hexes"] > 20  # the West Side and the Loop


def test_coverage_prints_what_was_counted(chicago: Chicago) -> None:
    with transaction(chicago.engine) as session:
        lines = coverage(session, Drawings(), Lands(), LandShares(), Window())["grids"]
        shapes = shapely.from_wkb(
            [
                bytes(row[0])
                for row in session.execute(text("SELECT ST_AsBinary(boundary) FROM cell_shape"))
            ]
        )
    total = area_m2(np.array([shapely.union_all(shapes)], dtype=object))[0]
    assert len(lines) == 5
    for line in lines:
        assert line["land"]["total_m2"] == pytest.approx(total)
        assert line["incidents"]["total"] == CRIMES
        held = scalar(
            chicago,
            "SELECT count(*) FROM incident i CROSS JOIN unnest(i.cells) AS held"
            " JOIN cell c ON c.id = held WHERE c.grid_id = :grid",
            grid=line["grid"],
        )
        assert line["incidents"]["covered"] == held
        assert line["incidents"]["share"] == held / CRIMES


def test_a_grid_drawn_after_the_crimes_holds_each_of_them(chicago: Chicago) -> None:
    """The last of this file, for it adds a grid: the 77 community areas once more, as another's."""
    (late,) = draw(
        chicago.engine,
        chicago.data / "A_chicago_boundaries" / "community_areas.zip",
        Boundaries("squads", kind="professional", code="area_numbe", name="community"),
    )
    first, again = slot(chicago, "comprehensive", 1), slot(chicago, "squads", 1)
    moved = late.facts["incident rows moved"]
    assert moved == scalar(chicago, f"SELECT count(cells[{first}]) FROM incident")
    assert moved == scalar(chicago, "SELECT count(*) FROM cell_move WHERE kind = 'incident'")
    # The same cells by another way: relocated in the database, not decided on arrival.
    differing = scalar(
        chicago,
        "SELECT count(*) FROM incident i"
        f" LEFT JOIN cell_shape a ON a.cell_id = i.cells[{first}]"
        f" LEFT JOIN cell_shape b ON b.cell_id = i.cells[{again}]"
        " WHERE a.code IS DISTINCT FROM b.code",
    )
    assert differing == 0
    # It was in force from today on: then, nobody of it held them.
    then = f"SELECT count(cells_then[{again}]) FROM incident"
    assert scalar(chicago, then) == 0
