"""Where a story is, down to the county as printed."""

import pytest

from crawler.judging.normalise import respell
from crawler.judging.places import find_places
from crawler.topics.divisions import load_gazetteer, province_name

CASES = {
    "province": ("甘肃警方破获大案", "甘肃", ("甘肃省",)),
    "county under its city": ("甘肃省兰州市城关区", "甘肃", ("甘肃省兰州市城关区",)),
    "short names in a row": ("四川凉山布拖警方", "四川", ("四川省凉山彝族自治州布拖县",)),
    "county right behind its province": (
        "湖南永顺对公职人员检测",
        "湖南",
        ("湖南省湘西土家族苗族自治州永顺县",),
    ),
    "city alone": ("昆明海关查获毒品", "云南", ("云南省昆明市",)),
    "county of one name only": ("惠东县人民检察院指控", "广东", ("广东省惠州市惠东县",)),
    "county under no city": ("湖北仙桃市公安局", "湖北", ("湖北省仙桃市",)),
    "municipality": ("重庆市渝中区", "重庆", ("重庆市渝中区",)),
    "former district": ("重庆渝北区警方", "重庆", ("重庆市渝北区",)),
    "county that became a district": ("北京市密云县法院", "北京", ("北京市密云区",)),
    "autonomous county as printed in short": (
        "甘肃积石山县",
        "甘肃",
        ("甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县",),
    ),
    "name shared by several, parent named": ("西安市长安区法院", "陕西", ("陕西省西安市长安区",)),
    "name shared by several, nothing named": ("长安区法院", None, ()),
    "shared short name behind its province": ("辽宁朝阳警方", "辽宁", ("辽宁省朝阳市",)),
    "shared short name behind its city": ("北京朝阳警方", "北京", ("北京市朝阳区",)),
    "ordinary word": ("各位来宾请入座 白银期货大涨", None, ()),
    "city of the province's name": ("吉林市公安局", "吉林", ("吉林省吉林市",)),
    "district of a province's name": ("天津市河北区", "天津", ("天津市河北区",)),
    "people's prefecture": ("德宏州瑞丽市", "云南", ("云南省德宏傣族景颇族自治州瑞丽市",)),
    "city ending like a people": ("六盘水警方", "贵州", ("贵州省六盘水市",)),
    "traditional script": ("廣東省東莞市警方", "广东", ("广东省东莞市",)),
    "two provinces, the first counts": ("山东、广东两省警方联手", "山东", ("山东省", "广东省")),
    "Hong Kong": ("香港警方", "香港", ("香港特别行政区",)),
    "abroad": ("日本北海道警方", None, ()),
    "ship": ("辽宁舰返航", None, ()),
    "street": ("在南京路步行街举行", None, ()),
    "newspaper": ("据河南日报报道", None, ()),
    "organisation": ("上海合作组织峰会", None, ()),
    "whole country": ("全国禁毒工作会议召开", "全国", ()),
    "whole country in many provinces": (
        "全国多地销毁毒品：云南、广东、四川各一吨",
        "全国",
        ("云南省", "广东省", "四川省"),
    ),
    "ministry leads, province acts": ("公安部指挥云南警方破案", "云南", ("云南省",)),
    "nothing": ("男子被抓", None, ()),
}


@pytest.mark.parametrize(("text", "province", "places"), CASES.values(), ids=CASES.keys())
def test_places(text: str, province: str | None, places: tuple[str, ...]) -> None:
    found = find_places([respell(text)])
    assert (found.province, found.places) == (province, places)


def test_the_headline_comes_first() -> None:
    found = find_places(["昆明警方破获贩毒案", "毒品来自广东省揭阳市，嫌疑人在昆明市官渡区落网。"])
    assert found.province == "云南"
    assert found.places == ("广东省揭阳市", "云南省昆明市官渡区")


def test_a_shared_name_is_settled_by_the_headline() -> None:
    assert find_places(["石家庄破获贩毒案", "长安区公安分局通报"]).places == ("河北省石家庄市长安区",)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("甘肃省", "甘肃"),
        ("北京市", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
    ],
)
def test_province_name(full: str, short: str) -> None:
    assert province_name(full) == short


def test_every_province_is_known() -> None:
    divisions = load_gazetteer().divisions
    assert len({division.province for division in divisions if len(division.path) == 1}) == 34
    assert len(divisions) > 3_000
    assert len({division.path for division in divisions}) == len(divisions)
