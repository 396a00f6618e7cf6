"""Importing located rows: incidents, and enterprises with their premises.

Upsert by code in one transaction, each row's cells decided under the shared lock on all grids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from gridgis.enterprises import uscc_fault
from gridgis.errors import GridgisError
from gridgis.geodesy import UnknownDatum, to_wgs84
from gridgis.hexes import hexes_of
from layers.copying import array_literals, stage
from layers.database import Busy, lock_for_writing
from layers.drawings import Drawings
from layers.files import Sheet, Unreadable, points_of, texts
from layers.summary import Progress, Refusal, Summary, silent

HEX_RESOLUTION = 11  # about 25 m from centre to corner; coarser ones are its parents

# Names under which the columns arrive, folded; the first that is there is taken.
ALIASES = {
    "number": ("number", "code", "id", "工单编号", "工单号", "编号"),
    "lon": ("lon", "lng", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "occurred_at": ("occurred_at", "time", "datetime", "date", "发生时间", "上报时间"),
    "closed_at": ("closed_at", "结案时间", "办结时间"),
    "category": ("category", "类别", "类型", "事件类型"),
    "source": ("source", "来源", "问题来源"),
    "title": ("title", "标题"),
    "description": ("description", "描述", "问题描述"),
    "address": ("address", "地址", "发生地址"),
    "kind": ("kind",),
    "accuracy_m": ("accuracy_m", "accuracy", "精度"),
    "code": ("code", "id", "编号"),
    "name": ("name", "名称", "企业名称", "单位名称"),
    "uscc": ("uscc", "统一社会信用代码", "社会信用代码"),
    "industry": ("industry", "行业", "所属行业"),
    "scale": ("scale", "规模"),
}
# A time that says its zone: a sign or Z after the hour.
ZONED = r"[T :]\d{2}[\d:.]*\s*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
INCIDENT_FIELDS = ("kind", "source", "category", "title", "description", "address")
ENTERPRISE_FIELDS = ("name", "uscc", "industry", "scale")


Fault = tuple[pd.Series, str]  # which rows have it, and what it is


class NoColumn(GridgisError):
    """A column that an import cannot do without was not named and not recognised."""


@dataclass(frozen=True)
class Said:
    """What the one who imports says: the datum, the zone of times, and columns by field."""

    datum: str | None = None
    zone: str = "Asia/Shanghai"
    columns: dict[str, str] | None = None


def import_incidents(
    session: Session,
    drawings: Drawings,
    sheet: Sheet,
    said: Said,
    progress: Progress = silent,
) -> Summary:
    """Upsert the sheet's incidents by number. Raises GridgisError where it cannot be used."""
    summary = Summary(sheet.path.name, read=len(sheet.frame))
    progress("reading", 0, summary.read)
    frame = pd.DataFrame({"code": _column(sheet, said, "number", required=True)})
    frame["occurred_at"] = _times(sheet, said, "occurred_at", required=True)
    frame["closed_at"] = _times(sheet, said, "closed_at")
    for field in INCIDENT_FIELDS:
        frame[field] = _column(sheet, said, field)
    frame["kind"] = frame["kind"].fillna("event")
    _add_places(sheet, said, frame)
    frame = _kept(frame, _incident_faults, summary)
    progress("deciding cells", 0, len(frame))
    summary.facts |= decide(session, drawings, frame, with_then=True)
    progress("writing", 0, len(frame))
    fields = {
        **dict.fromkeys(INCIDENT_FIELDS, "text"),
        "occurred_at": "timestamptz",
        "closed_at": "timestamptz",
    }
    unsaid = _unsaid(sheet, said, (*INCIDENT_FIELDS, "closed_at"))
    _upsert(session, "incident", "number", fields, frame, summary, unsaid, with_then=True)
    progress("writing", len(frame), len(frame))
    return summary.check()


def _incident_faults(frame: pd.DataFrame) -> list[Fault]:
    return [
        (frame["code"].isna(), "no number"),
        (frame["occurred_at"].isna(), "no time of occurrence that can be read"),
        (~frame["kind"].isin(["event", "part"]), "kind is neither event nor part"),
        (frame["closed_at"] < frame["occurred_at"], "closed before it occurred"),
        *_place_faults(frame),
    ]


def import_enterprises(
    session: Session,
    drawings: Drawings,
    sheet: Sheet,
    said: Said,
    progress: Progress = silent,
) -> Summary:
    """Upsert the sheet's enterprises by code, and for the located ones their premises.

    An enterprise without a place is an enterprise all the same; it is counted.
    """
    summary = Summary(sheet.path.name, read=len(sheet.frame))
    progress("reading", 0, summary.read)
    frame = pd.DataFrame({"code": _column(sheet, said, "code", required=True)})
    for field in (*ENTERPRISE_FIELDS, "address"):
        frame[field] = _column(sheet, said, field, required=field == "name")
    _add_places(sheet, said, frame)
    frame = _kept(frame, _enterprise_faults, summary)
    frame["uscc_fault"] = [None if pd.isna(u) else uscc_fault(u) for u in frame["uscc"]]
    twice = frame["uscc"].notna() & frame["uscc"].duplicated(keep="first")
    twice |= frame["uscc"].isin(_held_elsewhere(session, frame))
    frame.loc[twice, "uscc_fault"] = "another enterprise has it: " + frame.loc[twice, "uscc"]
    frame.loc[twice, "uscc"] = None
    summary.facts["USCC flagged"] = int(frame["uscc_fault"].notna().sum())
    progress("writing", 0, len(frame))
    unsaid = _unsaid(sheet, said, (*ENTERPRISE_FIELDS, "address"))
    if "uscc" in unsaid:
        unsaid.append("uscc_fault")
    else:
        _let_go(session, frame)
    fields = {**dict.fromkeys(ENTERPRISE_FIELDS, "text"), "uscc_fault": "text"}
    _upsert(session, "enterprise", "code", fields, frame, summary, unsaid)
    placed = frame[frame["lon"].notna()].copy()
    summary.facts["with a place"] = len(placed)
    summary.facts["without a place"] = len(frame) - len(placed)
    progress("deciding cells", 0, len(placed))
    summary.facts |= decide(session, drawings, placed)
    premises = Summary("premises", read=len(placed))
    places = {"name": "text", "address": "text"}
    _upsert(session, "premises", "code", places, placed, premises, unsaid)
    summary.facts |= {"premises added": premises.added, "premises changed": premises.changed}
    session.execute(
        text(
            "INSERT INTO enterprise_premises (enterprise_id, premises_id)"
            " SELECT e.id, p.id FROM arrived_premises a JOIN enterprise e USING (code)"
            " JOIN premises p USING (code) ON CONFLICT DO NOTHING"
        )
    )
    progress("writing", len(frame), len(frame))
    return summary.check()


def _enterprise_faults(frame: pd.DataFrame) -> list[Fault]:
    placed = frame["lon"].notna()
    return [
        (frame["code"].isna(), "no code"),
        (frame["name"].isna(), "no name"),
        *((bad & placed, reason) for bad, reason in _place_faults(frame)),
    ]


def _held_elsewhere(session: Session, frame: pd.DataFrame) -> list[str]:
    """The USCCs of a frame that enterprises have which are not in it."""
    held = session.scalars(
        text("SELECT uscc FROM enterprise WHERE uscc = ANY(:usccs) AND code <> ALL(:codes)"),
        {"usccs": frame["uscc"].dropna().tolist(), "codes": frame["code"].tolist()},
    )
    return list(held)


def _let_go(session: Session, frame: pd.DataFrame) -> None:
    """Free the USCCs that the frame takes from its enterprises, so that others may take them."""
    session.execute(
        text(
            "UPDATE enterprise e SET uscc = NULL"
            " FROM unnest(CAST(:codes AS text[]), CAST(:usccs AS text[])) AS said (code, uscc)"
            " WHERE e.code = said.code AND e.uscc <> coalesce(said.uscc, '')"
        ),
        {"codes": frame["code"].tolist(), "usccs": _or_none(frame["uscc"])},
    )


def _or_none(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in column]


def _column(sheet: Sheet, said: Said, field: str, *, required: bool = False) -> pd.Series:
    """A field's column as text: as named, else as recognised, else missing throughout."""
    column = _find(sheet, said, field, required=required)
    if column is None:
        return pd.Series(pd.NA, index=sheet.frame.index, dtype="string")
    return texts(column)


def _find(sheet: Sheet, said: Said, field: str, *, required: bool) -> pd.Series | None:
    named = (said.columns or {}).get(field)
    if named is not None:
        return sheet.column(named)
    folded = {column.casefold(): column for column in sheet.frame.columns}
    for alias in ALIASES[field]:
        if alias in folded:
            return sheet.frame[folded[alias]]
    if required:
        raise NoColumn(
            f"{sheet.path.name}: which column holds the {field.replace('_', ' ')}? Name it by"
            f" --{_option(field)}; there are {', '.join(sheet.frame.columns)}"
        )
    return None


def _unsaid(sheet: Sheet, said: Said, fields: Iterable[str]) -> list[str]:
    """The fields of which a file says nothing, since it has no such column."""
    return [field for field in fields if _find(sheet, said, field, required=False) is None]


def _option(field: str) -> str:
    return {"number": "code", "occurred_at": "time", "closed_at": "closed"}.get(field, field)


def _times(sheet: Sheet, said: Said, field: str, *, required: bool = False) -> pd.Series:
    """Times in UTC; those without a zone are in the zone that was said."""
    column = _find(sheet, said, field, required=required)
    if column is None:
        return pd.Series(pd.NaT, index=sheet.frame.index, dtype="datetime64[us, UTC]")
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        zoned_times: pd.Series = column.dt.tz_convert("UTC").dt.as_unit("us")
        return zoned_times
    if pd.api.types.is_datetime64_any_dtype(column):
        return _in_utc(column, said.zone)
    written = texts(column).str.replace(r"[年月]", "-", regex=True)
    written = written.str.replace(r"日\s*", " ", regex=True).str.strip()
    zoned = written.str.contains(ZONED, regex=True).fillna(False).astype(bool)
    local = pd.to_datetime(written.mask(zoned), format="ISO8601", errors="coerce")
    other = local.isna() & ~zoned & written.notna()
    if other.any():
        local[other] = _slashed(written[other])
    times = _in_utc(local, said.zone)
    if zoned.any():
        times[zoned] = pd.to_datetime(
            written[zoned], format="ISO8601", errors="coerce", utc=True
        ).dt.as_unit("us")
    return times


def _in_utc(local: pd.Series, zone: str) -> pd.Series:
    # An hour that the change of clocks repeats or leaves out is read as the earlier, later.
    here = local.dt.tz_localize(
        ZoneInfo(zone), ambiguous=np.ones(len(local), bool), nonexistent="shift_forward"
    )
    in_utc: pd.Series = here.dt.tz_convert("UTC").dt.as_unit("us")
    return in_utc


def _slashed(written: pd.Series) -> pd.Series:
    """Times as 3/18/2018 7:44 PM; the day comes first where more of them can be read so."""
    read = []
    for day in ("%m/%d/%Y", "%d/%m/%Y"):
        times = pd.Series(pd.NaT, index=written.index, dtype="datetime64[us]")
        for hour in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"):
            found = pd.to_datetime(written, format=day + hour, errors="coerce")
            times = times.fillna(found.dt.as_unit("us"))
        read.append(times)
    return max(read, key=lambda times: int(times.notna().sum()))


def _add_places(sheet: Sheet, said: Said, frame: pd.DataFrame) -> None:
    """Columns x, y (as they came), datum, lon, lat (WGS 84), accuracy_m."""
    if sheet.shapes is not None:
        x, y = points_of(sheet.shapes)
    else:
        x, y = (_numbers(_find(sheet, said, field, required=True)) for field in ("lon", "lat"))
    datum = sheet.datum(said.datum)
    # 0, 0 is how many programs write "not known".
    known = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    x, y = np.where(known, x, np.nan), np.where(known, y, np.nan)
    frame["x"], frame["y"], frame["datum"] = x, y, datum
    to_wgs84(x[:0], y[:0], datum)  # nobody knows it: that is no fault of a row
    frame["lon"], frame["lat"] = _in_wgs84(x, y, datum)
    frame["accuracy_m"] = _numbers(_find(sheet, said, "accuracy_m", required=False), len(frame))


def _in_wgs84(
    x: NDArray[np.float64], y: NDArray[np.float64], datum: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude; infinite where coordinates lie outside what the datum can mean."""
    try:
        return to_wgs84(x, y, datum)
    except UnknownDatum:
        if len(x) == 1:
            return np.array([np.inf]), np.array([np.inf])
    # Few rows are so far out: halving finds each of them in a score of steps.
    half = len(x) // 2
    parts = (_in_wgs84(x[:half], y[:half], datum), _in_wgs84(x[half:], y[half:], datum))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _numbers(column: pd.Series | None, rows: int = 0) -> NDArray[np.float64]:
    if column is None:
        return np.full(rows, np.nan)
    return np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)


def _place_faults(frame: pd.DataFrame) -> list[Fault]:
    lon, lat = frame["lon"], frame["lat"]
    outside = (lon.abs() > 180) | (lat.abs() > 90)
    if len(frame) and (outside | lon.isna()).all() and outside.any():
        raise Unreadable(
            "no row lies in the world: the coordinates are not what --datum says they are"
        )
    return [(lon.isna() | lat.isna(), "no coordinates"), (outside, "coordinates out of range")]


def _kept(
    frame: pd.DataFrame, judge: Callable[[pd.DataFrame], list[Fault]], summary: Summary
) -> pd.DataFrame:
    """The rows without fault, one a code; the others go to the summary with their first fault."""
    frame["row"] = np.arange(1, len(frame) + 1)
    good = _without(frame, judge(frame), summary)
    # A later row of the same code has the last word wherever it says anything.
    one = good.groupby("code", sort=False).last().reset_index()
    summary.merged = len(good) - len(one)
    # What two rows say together may contradict itself.
    return _without(one, judge(one), summary).reset_index(drop=True)


def _without(frame: pd.DataFrame, faults: list[Fault], summary: Summary) -> pd.DataFrame:
    """The rows that have none of the faults."""
    reason = pd.Series(None, index=frame.index, dtype=object)
    for bad, why in reversed(faults):
        reason[bad.to_numpy(dtype=bool)] = why
    faulty = reason.notna().to_numpy()
    summary.refusals += [
        Refusal(int(row), "" if pd.isna(code) else code, str(why))
        for row, code, why in zip(
            frame["row"][faulty], frame["code"][faulty], reason[faulty], strict=True
        )
    ]
    return frame[~faulty]


def decide(
    session: Session, drawings: Drawings, frame: pd.DataFrame, *, with_then: bool = False
) -> dict[str, int]:
    """Fill cells, neighbours, hex (and cells_then); the transaction holds the grids from here.

    Returns how many rows each grid that is drawn holds.
    """
    grids = lock_for_writing(session)
    lon, lat = frame["lon"].to_numpy(np.float64), frame["lat"].to_numpy(np.float64)
    cells = drawings.cells_now(session, grids, lon, lat)
    frame["cells"] = array_literals(cells)
    accuracy = np.nan_to_num(frame["accuracy_m"].to_numpy(np.float64))
    frame["neighbours"] = array_literals(
        drawings.neighbours_now(session, grids, lon, lat, accuracy)
    )
    frame["hex"] = hexes_of(lon, lat, HEX_RESOLUTION)
    frame["location"] = shapely.to_wkb(
        shapely.set_srid(shapely.points(lon, lat), 4326), hex=True, include_srid=True
    )
    if with_then:
        when = frame["occurred_at"].dt.tz_localize(None).to_numpy("datetime64[us]")
        frame["cells_then"] = array_literals(drawings.cells_then(session, grids, lon, lat, when))
    return {
        f"in {grid.system} tier {grid.tier}": int((cells[:, grid.slot - 1] > 0).sum())
        for grid in grids
        if grid.current_plan_id is not None
    }


LOCATED = {
    "location": "geometry",
    "datum": "text",
    "x": "float8",
    "y": "float8",
    "accuracy_m": "float8",
    "hex": "bigint",
    "cells": "int[]",
    "neighbours": "int[]",
}
WRITTEN_MEANWHILE = ("23505", "40P01")  # unique_violation, deadlock_detected
DECIDED = ("hex", "cells", "neighbours", "cells_then")  # follow from the rest: no change of theirs


def _upsert(
    session: Session,
    table: str,
    key: str,
    fields: dict[str, str],
    frame: pd.DataFrame,
    summary: Summary,
    unsaid: Sequence[str],
    *,
    with_then: bool = False,
) -> None:
    """Add the rows whose key is new, change those that say something else, count all three.

    What is unsaid stays as it was. A place is said as one: coordinates, datum and accuracy.
    Raises Busy where another transaction adds or changes the same rows.
    """
    staged = f"arrived_{table}"
    columns = dict(fields)
    if "location" in frame:
        columns |= LOCATED
    if with_then:
        columns["cells_then"] = "int[]"
    stage(session, staged, {"code": 'text COLLATE "C"', **columns}, frame)
    if "location" in frame:
        session.execute(
            text(
                "INSERT INTO cell_move (kind, row_id, grid_id, from_cell_id, to_cell_id)"
                f" SELECT '{table}', t.id, c.grid_id, t.cells[s.slot], a.cells[s.slot]"
                f" FROM {staged} a JOIN {table} t ON t.{key} = a.code"
                " CROSS JOIN (SELECT DISTINCT slot FROM grid) s"
                " JOIN cell c ON c.id = coalesce(a.cells[s.slot], t.cells[s.slot])"
                " WHERE t.cells[s.slot] IS DISTINCT FROM a.cells[s.slot]"
            )
        )
    says = [column for column in columns if column not in (*DECIDED, *unsaid)]
    differs = (
        f"({', '.join(f't.{c}' for c in says)}) IS DISTINCT FROM"
        f" ({', '.join(f'a.{c}' for c in says)})"
    )
    sets = [f"{c} = a.{c}" for c in columns if c != "cells_then" and c not in unsaid]
    if "closed_at" in unsaid:
        # It did not close before it occurred: where the time is corrected, that was another.
        sets.append("closed_at = CASE WHEN t.closed_at >= a.occurred_at THEN t.closed_at END")
    if with_then:
        # What held a row then is history, unless its place or its time was wrong.
        sets.append(
            "cells_then = CASE WHEN t.location = a.location AND t.occurred_at = a.occurred_at"
            " THEN t.cells_then ELSE a.cells_then END"
        )
    try:
        changed = session.execute(
            text(
                f"UPDATE {table} t SET {', '.join(sets)},"
                f" changed_at = now(), revision = revision + 1"
                f" FROM {staged} a WHERE t.{key} = a.code AND {differs}"
            )
        )
        added = session.execute(
            text(
                f"INSERT INTO {table} ({key}, {', '.join(columns)})"
                f" SELECT a.code, {', '.join(f'a.{c}' for c in columns)} FROM {staged} a"
                f" WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.{key} = a.code)"
            )
        )
    except (IntegrityError, OperationalError) as error:
        if getattr(error.orig, "pgcode", None) in WRITTEN_MEANWHILE:
            raise Busy(
                f"another import writes the same rows of {table} at the same time;"
                " try again when it is done"
            ) from error
        raise
    summary.changed += changed.rowcount  # type: ignore[attr-defined]
    summary.added += added.rowcount  # type: ignore[attr-defined]
    summary.unchanged += len(frame) - summary.changed - summary.added
