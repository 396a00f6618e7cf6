"""The shared map is one file that asks the network for nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from layers.database import transaction
from layers.features import Window
from layers.fill import fill_if_empty
from layers.hotspots import Lands, TooFine, hotspot_hexes
from scripts.cli import main
from scripts.report_map import MOST_HEXES, NothingToShow, write_map
from scripts.writing import NoFolder
from tests.layers.squares import draw, halves, one

# Attributes whose address a browser loads by itself; an anchor's href waits for a click.
LOADS = {"src", "srcset", "poster", "data", "background", "action", "manifest", "code", "archive"}
FETCHES = re.compile(r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts")


class Page(HTMLParser):
    """What an HTML file would load, its scripts and styles, its language and its title."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.lang: str | None = None
        self.title = ""
        self.text: list[str] = []
        self._in = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = tag
        given = dict(attrs)
        self.loads += [value for name, value in attrs if name in LOADS and value]
        if tag != "a" and given.get("href"):
            self.loads.append(given["href"] or "")
        if given.get("style"):
            self.styles.append(given["style"] or "")
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "script":
            self.scripts.append("")
        elif tag == "style":
            self.styles.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts[-1] += data
        elif self._in == "style":
            self.styles[-1] += data
        elif self._in == "title":
            self.title += data
        else:
            self.text.append(data)

    def foreign(self) -> list[str]:
        """Addresses that a browser would ask somebody for."""
        addresses = list(self.loads)
        for style in self.styles:
            addresses += re.findall(r"url\(\s*['\"]?([^'\")]*)", style)
            addresses += re.findall(r"@import\s+['\"]?([^'\";]*)", style)
        return [address for address in addresses if not address.startswith(("data:", "#"))]


def properties_of(page: Page) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in features_of(page)]


def features_of(page: Page) -> list[dict[str, Any]]:
    """The features with properties that the page's scripts add to the map."""
    decode = json.JSONDecoder().raw_decode
    found = []
    for script in page.scripts:
        for match in re.finditer(r"_add\((?=\{)", script):
            added, _ = decode(script, match.end())
            found += [one for one in added.get("features", []) if "properties" in one]
    return found


def test_the_judge_finds_what_would_be_loaded() -> None:
    """The tests below trust it."""
    page = Page(
        '<html lang="en"><link rel="stylesheet" href="https://a/x.css"><script src="//b/x.js">'
        '</script><style>@import "c.css"; p{background:url(d.png)}</style><img src="data:,">'
        '<p style="background:url(\'e.png\')"><a href="https://f/">f</a>'
    )
    assert page.foreign() == ["https://a/x.css", "//b/x.js", "d.png", "c.css", "e.png"]


def test_one_file_that_loads_nothing(
    engine: Engine, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with transaction(engine) as session:
        fill_if_empty(session, "sample")
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", database)
    out = tmp_path / "onemap.html"
    with pytest.raises(SystemExit) as left:
        main(["report", "map", "-o", str(out)])
    assert not left.value.code
    assert "opens in any browser" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["onemap.html"]

    page = Page(out.read_text("utf-8"))
    assert page.foreign() == []
    # Leaflet can fetch tiles, but no layer of tiles is made; nothing of ours fetches at all.
    ours = [script for script in page.scripts if "Leaflet" not in script[:400]]
    assert len(ours) < len(page.scripts)
    for script in ours:
        assert "L.tileLayer(" not in script
        assert not FETCHES.search(script)
    assert not any("sourceMappingURL" in script for script in page.scripts)
    assert (page.lang, page.title) == ("zh-CN", "苇渡镇 · 网格一张图")
    assert f"{one(engine, 'SELECT count(*) FROM incident'):,} 工单" in " ".join(page.text)

    # All cells are there, and exactly the hexes that are hot or cold.
    shown = properties_of(page)
    codes = [cell["编码"] for cell in shown if "编码" in cell]
    assert len(codes) == one(engine, "SELECT count(*) FROM cell_shape")
    hexes = [one for one in shown if "level" in one]
    with transaction(engine) as session:
        found = [hotspot_hexes(session, Lands(), r, Window()) for r in (9, 10)]
    (judged,) = [
        f for f in found if sum(h["hexes"] for h in f["significant"].values()) == len(hexes)
    ]
    assert judged["hexes"] <= MOST_HEXES
    assert sum(h["工单数"] for h in hexes) == sum(
        h["incidents"] for h in judged["significant"].values()
    )
    assert len(hexes) > 0


def test_in_english(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        fill_if_empty(session, "sample")
    write_map(engine, tmp_path / "en.html", resolution=8, lang="en")
    page = Page((tmp_path / "en.html").read_text("utf-8"))
    assert page.lang == "en"
    assert page.title.endswith(" · One map of the grids")
    assert "incidents" in " ".join(page.text)
    shown = page.title + " ".join(page.text) + json.dumps(properties_of(page), ensure_ascii=False)
    assert "工单" not in shown
    assert "编码" not in shown


def test_neighbours_stay_neighbours(engine: Engine, tmp_path: Path) -> None:
    """Outlines are thinned together: a border is the same line on both sides."""
    rng = np.random.default_rng(4)
    wander = 116.02 + 4e-5 * np.cumsum(rng.choice((-1, 1), 400))
    border = np.column_stack((wander, np.linspace(39.0, 39.04, 400))).tolist()
    at = border[150]  # where two cells meet beside a third, which needs no corner there
    cells = {
        "A": shapely.Polygon([(116.0, 39.0), *border, (116.0, 39.04)]),
        "B": shapely.Polygon([*border[:151], (116.04, at[1]), (116.04, 39.0)]),
        "C": shapely.Polygon([*border[150:], (116.04, 39.04), (116.04, at[1])]),
    }
    draw(engine, cells)
    write_map(engine, tmp_path / "map.html", resolution=8, lang="zh")
    page = Page((tmp_path / "map.html").read_text("utf-8"))
    shapes = [
        shapely.geometry.shape(one["geometry"])
        for one in features_of(page)
        if "编码" in one["properties"]
    ]
    assert len(shapes) == 3
    assert shapely.get_num_coordinates(shapes).sum() < 600
    assert shapely.coverage_is_valid(shapes)


def test_names_are_text_whatever_they_say(engine: Engine, tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=https://evil/x.png onerror=alert(1)>"
    draw(engine, {f"A{evil}": halves()["A"]}, title=evil, title_en=evil)
    with transaction(engine) as session:
        session.execute(
            text(
                "INSERT INTO area (code, tier, name, boundary) VALUES ('320509104', 'town', :evil,"
                " (SELECT ST_Multi(ST_Union(boundary)) FROM cell_shape))"
            ),
            {"evil": evil},
        )
    write_map(engine, tmp_path / "map.html", resolution=8, lang="zh")
    page = Page((tmp_path / "map.html").read_text("utf-8"))
    assert page.foreign() == []
    assert page.title.startswith(evil)
    ours = [script for script in page.scripts if "Leaflet" not in script[:400]]
    assert not any(script.startswith("alert") for script in ours)
    # Labels and tooltips become elements, so what they say must have been made text before.
    assert not any("<img" in script or "\\u003cimg" in script for script in ours)
    assert "&lt;img" in properties_of(page)[0]["编码"]


def test_nothing_to_show_leaves_the_old_file(engine: Engine, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    out.write_text("yesterday's")
    with pytest.raises(NothingToShow, match="draw one: gridgis import boundaries FILE"):
        write_map(engine, out, resolution=None, lang="zh")
    draw(engine, {"A": shapely.box(116, 39, 117, 40)})
    with pytest.raises(NoFolder, match=r"there is no folder .*nowhere to write map\.html in"):
        write_map(engine, tmp_path / "nowhere" / "map.html", resolution=8, lang="zh")
    with pytest.raises(NoFolder, match="is a folder; name a file in it"):
        write_map(engine, tmp_path, resolution=8, lang="zh")
    with pytest.raises(NothingToShow, match="zh or en"):
        write_map(engine, out, resolution=None, lang="fr")
    with pytest.raises(TooFine, match="choose a coarser one"):
        write_map(engine, out, resolution=11, lang="zh")
    assert out.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
