"""The vocabulary of the sample town: what happens there, and what its streets and firms are called.

No person and no telephone is named. Hamlets are called after families, as they are everywhere in
the region; that is a place name.
"""

from __future__ import annotations

from typing import NamedTuple

SOURCES = {"巡查": "patrol", "公众": "public", "12345": "12345 hotline", "上级": "upper authority"}

# Shares of a day's incidents by the hour, 0 to 23, Asia/Shanghai.
DAY = (1, 1, 1, 1, 1, 2, 5, 9, 13, 14, 12, 8, 6, 8, 12, 12, 10, 8, 6, 5, 4, 3, 2, 1)
NIGHT = (5, 2, 1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 2, 2, 2, 2, 3, 5, 9, 13, 15, 14, 10)
DUSK = (1, 0, 0, 0, 0, 1, 2, 3, 3, 4, 4, 3, 4, 4, 5, 7, 10, 14, 13, 9, 5, 3, 2, 1)
MARKET = (0, 0, 0, 0, 1, 5, 14, 18, 12, 7, 5, 4, 4, 3, 3, 5, 9, 10, 7, 4, 2, 1, 0, 0)


class Category(NamedTuple):
    """A kind of incident.

    `urban` is how much likelier it is at an address of a community than of a village; `weekend`
    is the factor on Saturdays and Sundays; `sources` are the shares of `SOURCES`, in order.
    """

    name: str
    name_en: str
    kind: str
    share: float
    hours: tuple[int, ...]
    urban: float
    weekend: float
    sources: tuple[float, float, float, float]
    titles: tuple[str, ...]


_SEEN = (0.78, 0.14, 0.06, 0.02)  # mostly found on patrol
_TOLD = (0.30, 0.38, 0.28, 0.04)  # mostly reported by the public

CATEGORIES = (
    Category(
        "市容环境",
        "Street cleanliness",
        "event",
        19,
        DAY,
        1.2,
        0.8,
        _SEEN,
        (
            "生活垃圾未及时清运",
            "绿化带内堆放杂物",
            "沿街墙面张贴小广告",
            "建筑垃圾乱堆放",
            "垃圾分类亭满溢",
        ),
    ),
    Category(
        "占道经营",
        "Street trading",
        "event",
        12,
        MARKET,
        3.0,
        1.3,
        _SEEN,
        ("店外出摊占用人行道", "流动摊贩占道叫卖", "商铺跨门经营", "马路菜场占用非机动车道"),
    ),
    Category(
        "噪声扰民",
        "Noise",
        "event",
        9,
        NIGHT,
        2.2,
        1.35,
        _TOLD,
        (
            "夜间施工噪声扰民",
            "广场舞音响声音过大",
            "餐饮油烟机噪声扰民",
            "厂区夜间装卸噪声",
            "商铺高音喇叭招揽顾客",
        ),
    ),
    Category(
        "矛盾纠纷",
        "Dispute",
        "event",
        9,
        DAY,
        1.1,
        0.9,
        _TOLD,
        (
            "邻里共用通道纠纷",
            "房屋漏水引发纠纷",
            "宅基地边界纠纷",
            "停车位使用纠纷",
            "劳动报酬争议",
        ),
    ),
    Category(
        "消防隐患",
        "Fire hazard",
        "event",
        11,
        DAY,
        1.5,
        0.8,
        _SEEN,
        (
            "楼道内堆放易燃杂物",
            "电动自行车飞线充电",
            "安全出口被货物堵塞",
            "灭火器过期失效",
            "三合一场所住人",
        ),
    ),
    Category(
        "出租房管理",
        "Rented housing",
        "event",
        8,
        DUSK,
        1.7,
        1.0,
        _SEEN,
        ("出租房承租信息未登记", "群租房隔断未拆除", "出租房未配备灭火器材", "房东未签安全责任书"),
    ),
    Category(
        "违法建设",
        "Illegal building",
        "event",
        4,
        DAY,
        0.9,
        0.7,
        _SEEN,
        ("沿河搭建彩钢棚", "楼顶擅自加建", "院落内违规搭建"),
    ),
    Category(
        "污水河道",
        "Waterways",
        "event",
        7,
        DAY,
        0.6,
        0.9,
        _TOLD,
        ("河面漂浮垃圾和水草", "雨水口排出污水", "河道水体发黑有异味", "沿河住户直排生活污水"),
    ),
    Category(
        "秸秆焚烧",
        "Straw burning",
        "event",
        4,
        DUSK,
        0.04,
        1.1,
        _SEEN,
        ("田块内焚烧秸秆", "田埂残留秸秆冒烟", "焚烧枯枝落叶"),
    ),
    Category(
        "车辆停放",
        "Parking",
        "event",
        7,
        DUSK,
        2.0,
        1.2,
        _TOLD,
        ("机动车堵塞消防通道", "非机动车乱停放", "货车夜间占用居民道路", "僵尸车长期占位"),
    ),
    Category(
        "安全生产",
        "Work safety",
        "event",
        4,
        DAY,
        0.8,
        0.5,
        _SEEN,
        ("作坊设备无防护装置", "有限空间未设警示标志", "动火作业未审批", "车间通道被占用"),
    ),
    Category(
        "公共设施",
        "Public facilities",
        "part",
        8,
        DAY,
        1.3,
        0.9,
        _SEEN,
        ("井盖破损", "路灯不亮", "人行道板松动", "健身器材损坏", "交通护栏倾斜", "雨水箅子缺失"),
    ),
    Category(
        "便民服务",
        "Help for residents",
        "event",
        4,
        DAY,
        1.0,
        0.6,
        _TOLD,
        ("独居老人走访帮办", "代办居住证申领", "咨询医保缴费", "残疾人辅具申请"),
    ),
)
CATEGORY_NAMES = {c.name: c.name_en for c in CATEGORIES}
"""English name of each category."""

_FIRST = "棹橹漕荻菱雁鹭蓼鸥藕莼帆虹霞枫梅柳桑织锦缫染竹米篾盐书塔望听"
_SECOND = "声影月云塘汀岸溪湾香桥塘影浦桥园塘榆云梭溪坊行行竹仓院影湖橹"
STREETS = tuple(a + b for a, b in zip(_FIRST, _SECOND, strict=True))
STREET_ENDS = ("路", "街", "弄", "路")
HAMLETS = tuple(f"{a}家{b}" for a in "顾沈陆钮朱归蒋费潘屠严荣卞郁" for b in "浜埭圩泾荡埂桥")
WORKS = ("兴业路", "织云路", "创新路", "工园路", "港前路", "锦绣路")

# (GB/T 4754-2017 class, its name, what firms of it are called, share, works / shops / rural)
INDUSTRIES = (
    ("1751", "化纤织造加工", "纺织", 16, "works"),
    ("1713", "棉印染精加工", "印染", 4, "works"),
    ("1819", "其他机织服装制造", "服饰", 9, "works"),
    ("2110", "木质家具制造", "家具", 4, "works"),
    ("2231", "纸和纸板容器制造", "包装", 5, "works"),
    ("2929", "塑料零件及其他塑料制品制造", "塑业", 7, "works"),
    ("3311", "金属结构制造", "钢构", 6, "works"),
    ("3484", "机械零部件加工", "机械", 12, "works"),
    ("3670", "汽车零部件及配件制造", "汽配", 5, "works"),
    ("3831", "电线、电缆制造", "线缆", 4, "works"),
    ("3982", "电子电路制造", "电子", 4, "works"),
    ("5431", "普通货物道路运输", "物流", 5, "works"),
    ("5990", "其他仓储业", "仓储", 3, "works"),
    ("5212", "超级市场零售", "超市", 8, "shops"),
    ("5213", "便利店零售", "便利店", 9, "shops"),
    ("5251", "西药零售", "大药房", 5, "shops"),
    ("6130", "民宿服务", "民宿", 5, "shops"),
    ("6210", "正餐服务", "餐饮", 12, "shops"),
    ("6220", "快餐服务", "快餐", 6, "shops"),
    ("8040", "理发及美容服务", "美容美发", 5, "shops"),
    ("8111", "汽车修理与维护", "汽车修理", 4, "shops"),
    ("0412", "内陆养殖", "水产养殖", 7, "rural"),
)
_FIRST = "恒凯瑞盛卓嘉新鼎泽协骏捷佳棹橹荻菱鹭蓼锦织虹帆渡苇泾溇塘汀湾"
_SECOND = "锐宏博诚远华天润腾力永通启云声风舟鸣香梭月桥顺源航润丰兴悦盛"
BRANDS = tuple(a + b for a, b in zip(_FIRST, _SECOND, strict=True))

# Premises without a firm of their own: (name, near which place).
KEY_PLACES = (
    ("苇渡农贸市场", "渡口社区"),
    ("苇渡中心小学", "东市社区"),
    ("苇渡中学", "菱湖社区"),
    ("苇渡卫生院", "东市社区"),
    ("西栅老街游客中心", "西栅社区"),
    ("新港夜市", "新港社区"),
    ("渡口轮渡码头", "渡口社区"),
    ("苇渡敬老院", "桑田村"),
    ("新港汽车站", "新港社区"),
    ("大荡口排涝站", "大荡口村"),
    ("苇渡污水处理厂", "南圩村"),
    ("双桥幼儿园", "双桥村"),
)
