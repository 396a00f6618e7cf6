"""The one map in a real browser: what a leader, a planner and a dispatcher first meet."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Look

pytestmark = pytest.mark.browser

CHINESE = re.compile("[一-鿿]")


def ask(site: str, path: str, **query: Any) -> Any:
    url = f"{site}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own
        return json.load(answer)


# True once many pixels of the map have the colour of a hotspot at 99 %, seen through or not.
HOT_PIXELS = """() => {
    let hot = 0;
    for (const canvas of document.querySelectorAll('[data-testid=map] canvas')) {
        const context = canvas.getContext('2d');
        if (!context || !canvas.width) continue;
        const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4)
            if (data[i+3] > 100 && data[i] > 150 && data[i] < 215
                && data[i+1] > 60 && data[i+1] < 135 && data[i+2] < 90) hot += 1;
    }
    return hot > 500;
}"""


def test_opens_in_chinese_on_the_town(look: Look, served: str) -> None:
    page = look().open()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text("苇渡镇").filter(visible=True).first).to_be_visible()
    expect(page).to_have_title(re.compile("苇渡镇"))
    expect(page.get_by_test_id("legend")).to_contain_text("99")
    expect(page.locator(".one-map-scale")).to_contain_text(" m")
    page.wait_for_function(HOT_PIXELS)  # more than a few: they are painted, not only loaded


def test_english_is_one_click_away_and_is_remembered(look: Look) -> None:
    page = look().open()
    page.get_by_test_id("lang-switch").get_by_text("EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    bar = page.locator("header").first
    expect(bar).not_to_contain_text("一张图")
    for part in ("answers", "legend", "theme-hotspots"):
        said = page.get_by_test_id(part).inner_text()
        # Categories are data: they stay in the language they came in.
        data = page.get_by_test_id("categories").inner_text() if part == "answers" else ""
        left = [word for word in CHINESE.findall(said) if word not in data]
        assert left == [], f"{part} still says {''.join(left)}"
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_click_on_a_cell_opens_the_card_of_the_cell_that_is_there(
    look: Look, served: str
) -> None:
    looking = look()
    page = looking.open()
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    with page.expect_response(re.compile(r"/api/cells/\d+")) as card_answer:
        page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.45)
    card = card_answer.value.json()
    shown = page.get_by_test_id("card")
    expect(shown).to_contain_text(card["name"])
    expect(page.get_by_test_id("card-code")).to_have_text(card["code"])
    expect(page.get_by_test_id("card-incidents")).to_have_text(f"{card['incidents']['count']:,}")
    # The browser asked where it was clicked; the index says which cell that is.
    asked = [url for url in looking.requests if "/api/locate" in url]
    assert asked, "the card offers the other grids' cells of the place"
    at = urllib.parse.parse_qs(urllib.parse.urlsplit(asked[-1]).query)
    cells = ask(served, "/api/locate", lon=at["lon"][0], lat=at["lat"][0])["cells"]
    assert card["id"] in [line["cell"]["id"] for line in cells if line["cell"]]
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_a_link_shows_another_person_the_same_card(look: Look, served: str) -> None:
    cell = ask(served, "/api/search", q="新港社区")["results"][0]
    page = look().open(f"/#/overview?theme=density&cell={cell['id']}")
    expect(page.get_by_test_id("card")).to_contain_text(cell["name"])
    expect(page.get_by_test_id("card-code")).to_have_text(cell["code"])


def test_search_by_name_and_by_code_with_the_keyboard_alone(look: Look, served: str) -> None:
    page = look().open()
    for words in ("新港", ask(served, "/api/search", q="新港")["results"][0]["code"]):
        page.keyboard.press("Control+k")
        expect(page.get_by_test_id("search")).to_be_focused()
        page.keyboard.type(words)
        expect(page.get_by_test_id("search-results").get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("card")).to_contain_text("新港")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("card")).to_be_hidden()


def test_the_time_slider_changes_what_is_counted(look: Look, served: str) -> None:
    page = look().open()
    figure, period = page.get_by_test_id("incident-count"), page.get_by_test_id("period")
    page.wait_for_url(re.compile("from="))
    query = urllib.parse.parse_qs(page.url.split("?")[1])
    before = period.inner_text()
    page.get_by_test_id("handle-from").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    earlier = date.fromisoformat(query["from"][0]) - timedelta(days=5)
    page.wait_for_url(re.compile(f"from={earlier}"))
    expect(period).not_to_have_text(before)
    window = {"from": earlier, "to": query["to"][0], "limit": 1}
    expect(figure).to_have_text(f"{ask(served, '/api/incidents', **window)['matched']:,}")


def test_themes_and_grids_change_the_legend_and_the_address(look: Look) -> None:
    page = look().open()
    legend = page.get_by_test_id("legend")
    hot = legend.inner_text()
    page.get_by_test_id("theme-density").click()
    expect(legend).not_to_have_text(hot)
    page.wait_for_url(re.compile("theme=density"))
    page.get_by_test_id("theme-coverage").click()
    page.wait_for_url(re.compile("theme=coverage"))
    page.get_by_test_id("layers-button").click()
    switches = page.locator("[data-testid^=grid-switch-]")
    assert switches.count() == 5
    switches.last.click()
    page.wait_for_url(re.compile("grids="))


def test_coverage_prints_numerator_and_denominator(look: Look, served: str) -> None:
    page = look().open()
    table = page.get_by_test_id("coverage-table")
    expect(table.locator("tbody tr")).to_have_count(5)
    expect(table).to_contain_text("100%")
    expect(table).to_contain_text("150")


def test_a_server_that_fails_is_told_with_a_way_out(look: Look) -> None:
    looking = look(forgiving=True)  # the browser itself complains of the failed requests
    page = looking.page

    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"title": "Busy", "status": 503, "detail": "too busy"})

    page.route("**/api/hotspots**", fail)
    looking.open()
    again = page.get_by_role("button", name=re.compile("重试|再试")).first
    expect(again).to_be_visible()
    page.unroute("**/api/hotspots**")
    again.click()
    expect(again).to_be_hidden()
    expect(page.get_by_test_id("hot-hexes")).not_to_have_text("—")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_nothing_keeps_anybody_out(
    look: Look, axe: str, served: str, width: int, height: int, lang: str, dark: bool
) -> None:
    cell = ask(served, "/api/search", q="新港社区")["results"][0]["id"]
    looking = look(width, height, dark=dark)
    page = looking.open(f"/#/overview?lang={lang}&cell={cell}")
    expect(page.get_by_test_id("card")).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert [
        (v["id"], v["help"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found["violations"]
    ] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "the page scrolls sideways"


def test_on_a_phone_every_panel_is_a_thumb_away(look: Look) -> None:
    page = look(390, 844).open()
    tabs = page.locator("nav button")
    for tab in tabs.all():
        box = tab.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    tabs.first.click()
    expect(page.get_by_test_id("answers")).to_be_visible()


def test_a_cell_is_picked_by_keys_alone_in_the_middle_of_the_map(look: Look) -> None:
    page = look().open()
    page.get_by_test_id("map").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("card")).to_be_visible()


def test_a_search_flies_to_what_it_found(chromium: Browser, served: str) -> None:
    """With motion, unlike the other tests: opening the card must not end the flight."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(served)
    scale = page.locator(".one-map-scale")
    expect(scale).to_have_text("1000 m")
    page.keyboard.press("Control+k")
    page.keyboard.type("新港社区第二")
    page.get_by_test_id("search-results").get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    expect(scale).to_have_text(re.compile(r"^(200|100) m$"))
    page.context.close()


def test_what_failed_is_asked_again_once_the_network_is_back(look: Look) -> None:
    looking = look(forgiving=True)  # the browser itself complains of what it could not fetch
    page = looking.open()
    page.context.set_offline(True)
    page.get_by_test_id("theme-density").click()
    page.get_by_test_id("preset-7").click()
    failed = page.get_by_role("button", name=re.compile("重试|再试"))
    expect(failed.first).to_be_visible()
    page.context.set_offline(False)
    expect(failed).to_have_count(0)
