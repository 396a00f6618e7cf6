"""`gridgis report map`: the one map as a single file that opens with no network."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import folium
import numpy as np
import shapely
from branca.element import Element, Figure
from shapely.geometry import mapping, shape
from sqlalchemy import Engine

from gridgis.errors import GridgisError
from gridgis.geodesy import area_m2
from layers import cells
from layers.database import transaction
from layers.features import Window
from layers.hotspots import HEX_AREA_M2, Lands, hotspot_hexes
from scripts.writing import need_folder

ZONE = ZoneInfo("Asia/Shanghai")
LEAFLET = "xstatic-leaflet"  # the Leaflet that folium would otherwise load from another host
TOLERANCE_DEGREES = 5e-5  # some 5 m: less than a pixel at any zoom the file is read at
MOST_CELLS = 100_000
MOST_HEXES = 1_500

# The light tokens of web/map/src/styles/tokens.css, for a file that has no style sheet of ours.
HEAT = {
    3: "#A9480B", 2: "#E58F3F", 1: "#F6CFA0", -1: "#AFCFE3", -2: "#5C9AC4", -3: "#1D5C8F"
}  # fmt: skip
LAND, CANVAS, INK = "#F6F3EC", "#EDF0F3", "#17212B"
LINES: dict[str, dict[str, Any]] = {
    "comprehensive": {"color": "#3A4A5C"},
    "professional": {"color": "#6A7A00", "dashArray": "7 4"},
    "exclusive": {"color": "#6A7A00", "dashArray": "2 4"},
    "police": {"color": "#0A7CA8", "dashArray": "10 3 2 3"},
}
WEIGHTS = {1: 2.2, 2: 1.2}
KINDS = {
    "comprehensive": ("综合网格", "Comprehensive"),
    "professional": ("专业网格", "Professional"),
    "exclusive": ("专属网格", "Exclusive"),
    "police": ("警务网格", "Police"),
}
TIERS = {1: ("一级", "first-level"), 2: ("二级", "second-level"), 3: ("三级", "third-level")}


class NothingToShow(GridgisError):
    """There is no grid, so there is no map."""


@dataclass(frozen=True)
class Words:
    """What the file says, in one language."""

    lang: str
    title: str
    hotspots: str
    legend: str
    hot: str
    cold: str
    code: str
    name: str
    count: str
    confidence: str
    made: str
    incidents: str


WORDS = {
    "zh": Words(
        "zh-CN", "网格一张图", "工单热点", "热点显著性", "热", "冷", "编码", "名称", "工单数",
        "显著性", "制图", "工单"
    ),
    "en": Words(
        "en", "One map of the grids", "Incident hotspots", "Hotspot confidence", "hot", "cold",
        "Code", "Name", "Incidents", "Confidence", "made", "incidents"
    ),
}  # fmt: skip


def write_map(engine: Engine, out: Path, *, resolution: int | None, lang: str) -> None:
    """Write the grids in force and the hotspots of all incidents to one HTML file.

    Without a resolution it is the finest that makes no more than MOST_HEXES hexes.

    Raises NothingToShow where no grid is drawn, TooFine where there would be too many hexes,
    NoFolder where the file can have no place.
    """
    need_folder(out)
    if lang not in WORDS:
        raise NothingToShow(f"the map is written in {' or '.join(WORDS)}, not in {lang!r}")
    words = WORDS[lang]
    with transaction(engine) as session:
        grids = [grid for grid in cells.grids(session) if grid["plan"] is not None]
        if not grids:
            raise NothingToShow(
                "there is no grid to show yet; draw one: gridgis import boundaries FILE"
            )
        lands = Lands()
        land = lands.shape(session)
        hexes = hotspot_hexes(session, lands, resolution or _resolution(land), Window())
        drawn = [
            (grid, cells.features(session, grid["id"], limit=MOST_CELLS).features) for grid in grids
        ]
        place = cells.place(session)
    page = _page(words, place, land, hexes, drawn)
    partial = out.with_name(out.name + ".part")
    partial.write_text(page, encoding="utf-8")
    partial.replace(out)  # whoever reads meanwhile sees the old file or the new one


def _resolution(land: Any) -> int:
    area = float(area_m2(np.array([land], dtype=object))[0])
    fit = [r for r, hex_area in HEX_AREA_M2.items() if area / hex_area <= MOST_HEXES]
    return max(fit, default=min(HEX_AREA_M2))


def _page(
    words: Words,
    place: dict[str, Any] | None,
    land: Any,
    hexes: dict[str, Any],
    drawn: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]],
) -> str:
    english = words.lang == "en"
    west, south, east, north = shapely.bounds(land).tolist()
    one = folium.Map(tiles=None, control_scale=True, zoom_snap=0.5)
    one.default_js, one.default_css = [], []
    one.fit_bounds([(south, west), (north, east)])
    folium.GeoJson(
        mapping(shapely.simplify(land, TOLERANCE_DEGREES)),
        control=False,
        style_function=lambda _: {"fillColor": LAND, "fillOpacity": 1, "weight": 0},
    ).add_to(one)
    _add_hexes(one, words, hexes)
    for grid, features in drawn:
        _add_grid(one, words, grid, features, english=english)
    folium.LayerControl(collapsed=False).add_to(one)
    named = None if place is None else (place["name_en"] if english else None) or place["name"]
    title = words.title if named is None else f"{named} · {words.title}"
    figure = one.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("folium's root is no figure")
    for asset in _assets():
        figure.header.add_child(Element(asset))
    figure.header.add_child(Element(f"<title>{escape(title)}</title>{STYLE}"))
    figure.html.add_child(Element(_caption(words, title, hexes)))
    html = figure.render()
    # folium writes neither; a screen reader needs the first to choose its voice.
    return re.sub(r"<html>", f'<html lang="{words.lang}">', html, count=1)


def _add_hexes(one: folium.Map, words: Words, hexes: dict[str, Any]) -> None:
    shown = [
        {
            "type": "Feature",
            "geometry": feature["geometry"],
            "properties": {
                "level": feature["properties"]["class"],
                words.count: feature["properties"]["count"],
                words.confidence: _level(words, feature["properties"]["class"]),
            },
        }
        for feature in hexes["features"]
        if feature["properties"]["class"]
    ]
    group = folium.FeatureGroup(words.hotspots)
    if shown:
        folium.GeoJson(
            {"type": "FeatureCollection", "features": shown},
            style_function=lambda feature: {
                "fillColor": HEAT[feature["properties"]["level"]],
                "fillOpacity": 0.7,
                "color": "#FFFFFF",
                "weight": 0.5,
            },
            tooltip=folium.GeoJsonTooltip([words.confidence, words.count]),
        ).add_to(group)
    group.add_to(one)


def _add_grid(
    one: folium.Map,
    words: Words,
    grid: dict[str, Any],
    features: list[dict[str, Any]],
    *,
    english: bool,
) -> None:
    """One tier of one grid, as a layer that can be switched."""
    outlines = np.array([shape(feature["geometry"]) for feature in features], dtype=object)
    # Neighbours are simplified together, so that no gap opens between them.
    thinned = shapely.coverage_simplify(outlines, TOLERANCE_DEGREES)
    shown = [
        {
            "type": "Feature",
            "geometry": mapping(shapely.set_precision(outline, 1e-6, mode="pointwise")),
            "properties": {
                words.code: escape(feature["properties"]["code"]),
                words.name: escape(
                    (feature["properties"]["name_en"] if english else None)
                    or feature["properties"]["name"]
                ),
            },
        }
        for feature, outline in zip(features, thinned, strict=True)
    ]
    kind = KINDS[grid["kind"]][english]
    name = (grid["name_en"] if english else None) or grid["name"]
    tier = TIERS.get(grid["tier"], (str(grid["tier"]), str(grid["tier"])))[english]
    label = f"{name if name != kind else kind} · {tier} ({len(features):,})"
    line = LINES[grid["kind"]] | {"weight": WEIGHTS.get(grid["tier"], 0.8)}
    folium.GeoJson(
        {"type": "FeatureCollection", "features": shown},
        name=escape(label),
        # Other grids and crowded tiers hide what they lie on; they are one click away.
        show=grid["kind"] == "comprehensive" and len(features) <= 100,
        style_function=lambda _: {"fillOpacity": 0, **line},
        highlight_function=lambda _: {"weight": 4},
        tooltip=folium.GeoJsonTooltip([words.name, words.code]),
    ).add_to(one)


def _level(words: Words, level: int) -> str:
    return f"{words.hot if level > 0 else words.cold} {(90, 95, 99)[abs(level) - 1]} %"


STYLE = f"""<style>
html,body,.leaflet-container{{background:{CANVAS};color:{INK};
font:13px/20px "PingFang SC","HarmonyOS Sans SC","Microsoft YaHei UI","Noto Sans CJK SC",
sans-serif}}
.caption{{position:fixed;left:56px;top:10px;z-index:1000;background:#fff;padding:8px 12px;
border:1px solid #C9D1D8;border-radius:5px;max-width:60vw}}
.caption h1{{font-size:16px;margin:0}}.caption p{{margin:0;color:#43505C}}
.swatches{{display:flex;gap:2px;align-items:center;margin-top:4px;font-variant-numeric:tabular-nums}}
.swatches b{{width:28px;text-align:center;font-weight:400}}
.leaflet-control-scale-line:not(:first-child){{display:none}}
@media print{{.leaflet-control-zoom,.leaflet-control-layers{{display:none}}}}
@media (max-width:600px){{.leaflet-control-layers{{max-width:56vw}}}}
</style>"""


def _caption(words: Words, title: str, hexes: dict[str, Any]) -> str:
    swatches = "".join(
        f'<b style="background:{HEAT[level]};color:{"#fff" if abs(level) == 3 else INK}">'
        f"{(90, 95, 99)[abs(level) - 1]}</b>"
        for level in (-3, -2, -1, 1, 2, 3)
    )
    made = datetime.now(ZONE).strftime("%Y-%m-%d %H:%M")
    return (
        f'<div class="caption"><h1>{escape(title)}</h1>'
        f"<p>{hexes['incidents']:,} {words.incidents} · {words.made} {made}</p>"
        f'<div class="swatches">{words.legend} {words.cold} {swatches} {words.hot} %</div></div>'
    )


def _assets() -> list[str]:
    """Leaflet's script and style, inline, its pictures too."""
    files = {file.name: file for file in metadata.files(LEAFLET) or []}
    style = files["leaflet.css"].read_text(encoding="utf-8")

    def picture(match: re.Match[str]) -> str:
        data = base64.b64encode(files[match[1]].read_binary()).decode()
        return f"url(data:image/png;base64,{data})"

    style = re.sub(r"url\(images/([\w.-]+)\)", picture, style)
    script = files["leaflet.js"].read_text(encoding="utf-8")
    # A mere comment, but one that browsers' tools would ask the network for.
    script = re.sub(r"//# sourceMappingURL=\S+", "", script)
    return [f"<style>{style}</style>", f"<script>{script}</script>"]
