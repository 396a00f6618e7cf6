"""The places of the sample town: a fictional water town, laid out by hand, in metres."""

from __future__ import annotations

from typing import NamedTuple

COUNTY = ("329901", "苇泽区", "Weize District")
TOWN = ("329901104", "苇渡镇", "Weidu Town")


class Village(NamedTuple):
    """A village or community: where it lies, and how many second-level cells it has."""

    name: str
    name_en: str
    short: str
    community: bool
    x: float
    y: float
    reach: float  # > 1 spreads farther than its neighbours
    cells: int


VILLAGES = (
    Village("渡口社区", "Dukou Community", "渡口", True, -250, 350, 0.62, 5),
    Village("西栅社区", "Xizha Community", "西栅", True, -950, -150, 0.62, 6),
    Village("东市社区", "Dongshi Community", "东市", True, 500, -250, 0.66, 6),
    Village("新港社区", "Xingang Community", "新港", True, 1650, 450, 0.85, 6),
    Village("菱湖社区", "Linghu Community", "菱湖", True, -300, -1050, 0.7, 4),
    Village("双桥村", "Shuangqiao Village", "双桥", False, -400, 2000, 1.0, 4),
    Village("柳埠村", "Liubu Village", "柳埠", False, -2300, 1600, 1.0, 4),
    Village("白荻村", "Baidi Village", "白荻", False, -3000, -100, 1.0, 3),
    Village("石埭村", "Shidai Village", "石埭", False, -2500, -1700, 1.0, 4),
    Village("漕里村", "Caoli Village", "漕里", False, -800, -2400, 1.0, 3),
    Village("桑田村", "Sangtian Village", "桑田", False, 900, -2000, 1.0, 4),
    Village("南圩村", "Nanwei Village", "南圩", False, 2500, -1500, 1.0, 3),
    Village("大荡口村", "Dadangkou Village", "大荡口", False, 3300, 600, 0.95, 3),
    Village("鹭汀村", "Luting Village", "鹭汀", False, 1500, 2000, 1.0, 3),
)

# (name, English name, whether water, course). Borders follow them where they can.
SPINES: tuple[tuple[str, str, bool, list[tuple[float, float]]], ...] = (
    (
        "苇河",
        "Wei River",
        True,
        [
            (-1300, 4200),
            (-1050, 2800),
            (-650, 1500),
            (-560, 600),
            (-250, -150),
            (300, -900),
            (250, -1900),
            (-150, -2900),
            (-300, -4200),
        ],
    ),
    (
        "白荻塘",
        "Baidi Canal",
        True,
        [
            (-5000, 700),
            (-3500, 520),
            (-2200, 780),
            (-1200, 820),
            (-560, 780),
            (500, 980),
            (1700, 1180),
            (2800, 1480),
            (5000, 1700),
        ],
    ),
    (
        "新港河",
        "Xingang River",
        True,
        [
            (2300, 4000),
            (2480, 2600),
            (2350, 1400),
            (2500, 300),
            (2150, -700),
            (1500, -1300),
            (1400, -2400),
            (1700, -4000),
        ],
    ),
    (
        "荻溪",
        "Di Brook",
        True,
        [(-5000, -900), (-3600, -820), (-2300, -620), (-1500, -780), (-900, -700), (100, -680)],
    ),
    (
        "苇新路",
        "Weixin Road",
        False,
        [(-1800, -1300), (-900, -1480), (200, -1420), (1300, -1150), (2500, -600), (5000, -350)],
    ),
)

# What the market, the works and the harbour are called, and where they stand.
BUILT = ((-250, 300), (-900, -150), (450, -250), (1500, 350), (-300, -1000))
NIGHT_MARKET = (1620.0, 240.0)
OLD_STREET = (-820.0, -60.0)
OUTFALL = (2430.0, -330.0)

POLICE = (
    ("渡口警务网格", "Dukou Police Cell", ("渡口社区", "双桥村", "鹭汀村")),
    ("西栅警务网格", "Xizha Police Cell", ("西栅社区", "柳埠村", "白荻村")),
    ("菱湖警务网格", "Linghu Police Cell", ("菱湖社区", "石埭村", "漕里村")),
    ("东市警务网格", "Dongshi Police Cell", ("东市社区", "桑田村")),
    ("新港警务网格", "Xingang Police Cell", ("新港社区", "大荡口村", "南圩村")),
)
