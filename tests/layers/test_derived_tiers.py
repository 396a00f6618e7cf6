"""Tiers that nobody drew are what their children make them, whatever the next file holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from sqlalchemy import Engine

from layers.boundaries import Boundaries, import_boundaries
from layers.database import transaction
from layers.drawings import Drawings
from layers.summary import Summary
from tests.layers.squares import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    astray,
    cell_sheet,
    draw,
    halves,
    incident_sheet,
    one,
    report,
    rows,
)


def nest(
    engine: Engine,
    cells: Mapping[str, shapely.Geometry],
    *parents: Sequence[str | None],
    tier: int = 2,
) -> list[Summary]:
    """Draw cells of a tier that name their parents, and those theirs."""
    named = [f"up{n}" for n in range(len(parents))]
    columns = dict(zip(named, parents, strict=True))
    with transaction(engine) as session:
        return import_boundaries(
            session,
            Drawings(),
            cell_sheet(cells, **columns),
            Boundaries("police", tier, parents=tuple(named)),
        )


def drawn(engine: Engine, tier: int) -> dict[str, shapely.Geometry]:
    return {
        code: shapely.from_wkb(bytes(wkb))
        for code, wkb in rows(
            engine,
            "SELECT s.code, ST_AsBinary(s.boundary) FROM cell_shape s"
            " JOIN grid g ON g.current_plan_id = s.plan_id WHERE g.tier = :tier ORDER BY 1",
            tier=tier,
        )
    }


def parents_of(engine: Engine, tier: int) -> dict[str, str | None]:
    """Code of each cell's parent, by the plans in force."""
    return dict(
        rows(
            engine,
            "SELECT s.code, up.code FROM grid g JOIN cell_shape s ON s.plan_id = g.current_plan_id"
            " LEFT JOIN grid a ON a.id = g.nests_in_id LEFT JOIN cell_shape up"
            " ON up.plan_id = a.current_plan_id AND up.cell_id = s.parent_id WHERE g.tier = :tier",
            tier=tier,
        )
    )


def are_what_their_children_make_them(engine: Engine, tier: int = 2) -> None:
    children, above = drawn(engine, tier), drawn(engine, tier - 1)
    named = parents_of(engine, tier)
    assert set(above) == set(named.values()) - {None}
    for code, outline in above.items():
        whole = shapely.union_all([children[c] for c, up in named.items() if up == code])
        # Uniting in another order moves a corner by its last digit.
        assert shapely.symmetric_difference(outline, whole).area < 1e-12, code


def test_a_parent_that_lost_its_last_child_is_retired(engine: Engine) -> None:
    nest(engine, halves(), ["D1", "D2"])
    report(engine, incident_sheet("a", [116.01], [39.01]))
    kept = one(engine, "SELECT cell_id FROM cell_shape WHERE code = 'D1'")
    _, above = nest(engine, {"A": halves()["A"]}, ["D2"])
    assert list(drawn(engine, 1)) == ["D2"]
    are_what_their_children_make_them(engine)
    assert "1 cells are retired: D1" in above.notes
    assert not [note for note in above.notes if "overlap" in note]
    assert astray(engine) == []  # the incident is D2's, not the ghost's
    # All of its land went there, and its code comes back as what it was.
    assert rows(
        engine,
        "SELECT l.area_share FROM lineage l JOIN cell_shape t"
        " ON t.plan_id = l.plan_id AND t.cell_id = l.to_cell_id"
        " WHERE l.from_cell_id = :cell AND t.code = 'D2'",
        cell=kept,
    ) == [(1.0,)]
    nest(engine, {"A": halves()["A"]}, ["D1"])
    assert one(engine, "SELECT DISTINCT cell_id FROM cell_shape WHERE code = 'D1'") == kept
    are_what_their_children_make_them(engine)
    assert astray(engine) == []


def test_parents_follow_a_file_that_does_not_name_them(engine: Engine) -> None:
    nest(engine, halves(), ["D1", "D2"])
    summary = draw(engine, halves(116.01), tier=2)
    assert summary.changed == 2
    assert parents_of(engine, 2) == {"A": "D1", "B": "D2"}
    are_what_their_children_make_them(engine)
    assert drawn(engine, 1)["D1"].bounds[2] == 116.01


def test_a_cell_without_a_parent_is_nobody_s(engine: Engine) -> None:
    nest(engine, halves(), ["D1", "D2"])
    lone = {"C": shapely.box(EAST, SOUTH, 116.05, NORTH)}
    summary = draw(engine, lone, tier=2)
    assert "1 cells name a parent that is not drawn: (none)" in summary.notes
    assert parents_of(engine, 2) == {"A": "D1", "B": "D2", "C": None}
    are_what_their_children_make_them(engine)


def test_the_tier_above_the_one_that_is_named_follows_too(engine: Engine) -> None:
    nest(engine, halves(), ["S1", "S2"], ["D1", "D2"], tier=3)
    moved = halves(116.01)
    # Beats that name their sectors only: whose those are is known.
    found = nest(engine, moved, ["S1", "S2"], tier=3)
    assert [summary.layer for summary in found[1:]] == ["police tier 2", "police tier 1"]
    for tier in (3, 2):
        are_what_their_children_make_them(engine, tier)
    assert drawn(engine, 1)["D1"].bounds[2] == 116.01


def test_a_parent_drawn_on_its_own_is_left_as_it_is(engine: Engine) -> None:
    nest(engine, halves(), ["D1", "D2"])
    own = {"D1": shapely.box(WEST, SOUTH, 116.03, NORTH)}
    draw(engine, own)
    assert drawn(engine, 1)["D1"].equals(own["D1"])
    nest(engine, halves(116.01), ["D1", "D2"])
    assert drawn(engine, 1)["D1"].equals(own["D1"])
    assert set(drawn(engine, 1)) == {"D1", "D2"}


def test_any_number_of_files_leaves_the_unions(engine: Engine) -> None:
    """Sixteen squares, of which each file redraws some and gives some to another of four."""
    rng = np.random.default_rng(11)
    side = np.linspace(0, 0.04, 5)
    shift = np.zeros((5, 5))
    squares = [(row, column) for row in range(4) for column in range(4)]
    named: dict[str, str] = {}
    for turn in range(14):
        # The borders between rows move a little, all along, so that there is never an overlap.
        if turn % 3 == 1:
            shift[1:4] = rng.uniform(-0.004, 0.004, (3, 1))
        y = side[:, None] + shift
        everything = {
            f"{row}{column}": shapely.box(
                WEST + side[column], SOUTH + y[row, 0],
                WEST + side[column + 1], SOUTH + y[row + 1, 0],
            )
            for row, column in squares
        }  # fmt: skip
        some = rng.permutation(list(everything))[: rng.integers(1, 17)]
        chosen = everything if turn % 3 == 1 or not named else {c: everything[c] for c in some}
        if turn % 4 == 3:
            draw(engine, chosen, tier=2)
        else:
            said: list[str | None] = list(rng.choice(["V", "W", "X", "Y"], len(chosen)))
            if turn:
                said[0] = None  # a blank says nothing
            nest(engine, chosen, said)
            named |= {c: up for c, up in zip(chosen, said, strict=True) if up is not None}
        assert parents_of(engine, 2) == named
        are_what_their_children_make_them(engine)
        whole = shapely.union_all(list(drawn(engine, 1).values()))
        assert sum(one.area for one in drawn(engine, 1).values()) - whole.area < 1e-12
    assert one(engine, "SELECT count(*) FROM plan") > 14


def test_overlaps_are_counted_among_all_cells_of_the_plan(engine: Engine) -> None:
    """A file with one cell says nothing of those it was drawn over."""
    draw(engine, halves())
    summary = draw(engine, {"B": shapely.box(116.01, SOUTH, EAST, NORTH)})
    (note,) = [note for note in summary.notes if "overlap" in note]
    assert note.startswith("1 pairs of cells overlap")
    pairs = one(
        engine,
        "SELECT (certificate->>'overlapping_pairs')::int FROM plan p"
        " JOIN grid g ON g.current_plan_id = p.id",
    )
    assert pairs == 1
