"""The single-file map, opened as whoever was sent it opens it: from a folder, with no network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, text

from layers.database import transaction
from layers.fill import fill_if_empty
from scripts.report_map import write_map

pytestmark = pytest.mark.browser


def test_opens_with_no_network_and_runs_nothing_that_a_name_says(
    chromium: Browser, engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        fill_if_empty(session, "sample")
        session.execute(
            text("UPDATE area SET name = :evil WHERE tier = 'town'"),
            {"evil": "</script><script>document.title = 'evil'</script><img src=x onerror=evil()>"},
        )
    out = tmp_path / "onemap.html"
    write_map(engine, out, resolution=None, lang="zh")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(out.as_uri())
    # Leaflet has drawn the grids and the hexes; five layers and the hotspots can be switched.
    page.locator("path.leaflet-interactive").first.wait_for()
    assert page.locator("path.leaflet-interactive").count() > 70
    assert page.locator(".leaflet-control-layers-overlays label").count() == 6
    assert "</script>" in page.title()  # shown as text
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    context.close()
