"""Numbers with units: value in base units, hedge, exact place; what is damaged, vague or a rate is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging import normalise
from crawler.judging.quantities import find_quantities

ONE = {
    "people": ("抓获156名。", "156名", 156, "exact"),
    "visits": ("1.2万人次", "1.2万人次", 12_000, "exact"),
    "kilograms": ("36.8公斤", "36.8公斤", 36_800, "exact"),
    "kilograms_two_ways": ("9.2余千克", "9.2余千克", 9_200, "over"),
    "tonnes": ("近1.2吨", "近1.2吨", 1_200_000, "nearly"),
    "jin": ("3斤", "3斤", 1_500, "exact"),
    "milligrams": ("250毫克", "250毫克", 0.25, "exact"),
    "letters": ("8.48g，", "8.48g", 8.48, "exact"),
    "one_weight_in_two_units": ("3公斤250克", "3公斤250克", 3_250, "exact"),
    "spaces_between": ("共 64.1 公斤", "64.1 公斤", 64_100, "exact"),
    "full_width": ("２０人", "20人", 20, "exact"),
    "thousands": ("1,100人", "1,100人", 1_100, "exact"),
    "traditional": ("一萬三千五百二十四克", "一万三千五百二十四克", 13_524, "exact"),
    "money": ("1200余万元", "1200余万元", 12_000_000, "over"),
    "hong_kong_dollars": ("约4.25亿元港币", "约4.25亿元港币", 425_000_000, "about"),
    "without_a_unit": ("登记270万，", "270万", 2_700_000, "exact"),
    "over_before": ("超过500公斤", "超过500公斤", 500_000, "over"),
    "over_by_a_scale": ("上百块", "上百块", 100, "over"),
    "over_behind": ("39公斤多，", "39公斤多", 39_000, "over"),
    "nearly": ("近万名", "近万名", 10_000, "nearly"),
    "about_before": ("约3克", "约3克", 3, "about"),
    "about_behind": ("5公斤左右", "5公斤左右", 5_000, "about"),
    "under": ("不到20人", "不到20人", 20, "under"),
    "at_least_before": ("至少20人", "至少20人", 20, "at_least"),
    "at_least_behind": ("20人以上", "20人以上", 20, "at_least"),
    "two_hedges_that_pull_apart": ("近4万余克", "近4万余克", 40_000, "about"),
    "two_hedges_of_one_mind": ("超过1100余克", "超过1100余克", 1_100, "over"),
    "a_round_scale": ("万名群众", "万名", 10_000, "about"),
    "ten_odd": ("十多吨", "十多吨", 10_000_000, "over"),
    "no_hedge_in_nearest": ("最近3起", "3起", 3, "exact"),
    "no_hedge_in_saving": ("节约3克", "3克", 3, "exact"),
}
NONE = {
    "a_full_stop_inside": "16。5万起",
    "a_space_behind_the_point": "1. 5克",
    "a_space_inside": "541 342件",
    "figures_and_words": "6.7三万名",
    "two_units": "4万多元人",
    "two_lines": "145.8\n万名",
    "tens": "数十人",
    "some_tens": "几十公斤",
    "ten_odd_vague": "十几人",
    "a_guess": "七八名",
    "an_ordinal": "第27个",
    "a_range": "5-10包",
    "a_range_in_words": "3至5人",
    "a_range_of_quantities": "10克至15克",
    "a_rate": "每克300元",
    "an_average": "人均3000元",
    "a_price_per_unit": "3668元/平方米",
    "half_a_person": "3.5名",
    "a_unit_alone": "千克",
    "a_name": "歼-10架",
    "a_plain_number": "编号2014-290的案件",
    "the_same": "同一个窝点",
    "one_by_one": "一个个窝点",
    "a_squad": "禁毒3支队",
    "hundred_surnames": "老百姓3",
    "broken_thousands": "2019,500人",
}


@pytest.mark.parametrize(("text", "words", "value", "qualifier"), ONE.values(), ids=ONE.keys())
def test_one_quantity(text: str, words: str, value: float, qualifier: str) -> None:
    plain = normalise(text)
    (quantity,) = find_quantities(plain)
    assert plain[quantity.start : quantity.end] == words
    assert (quantity.value, quantity.qualifier) == (value, qualifier)


@pytest.mark.parametrize("text", NONE.values(), ids=NONE.keys())
def test_no_quantity(text: str) -> None:
    assert find_quantities(normalise(text)) == ()


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("3支", {"weapon": "gun", "pack": "piece"}),
        ("3件", {"case": "case", "pack": "item"}),
        ("3人次", {"person": "person_time"}),
        ("3公斤", {"mass": "gram"}),
        ("3美元", {"money": "usd"}),
        ("3毫升", {"volume": "litre"}),
    ],
)
def test_a_unit_says_what_it_may_count(text: str, families: dict[str, str]) -> None:
    (quantity,) = find_quantities(text)
    assert quantity.families == families


def test_only_the_stretch_asked_for_is_read() -> None:
    text = "3起、5人、7克"
    assert [quantity.value for quantity in find_quantities(text, 3, 6)] == [5]


@given(
    st.text(
        "0123456789.,。、 零一二两三十百千万亿点多余近约超不到以上左右克公斤吨人名起元第每至-\n", max_size=40
    )
)
def test_any_text_is_read_and_quantities_do_not_overlap(text: str) -> None:
    plain = normalise(text)
    end = 0
    for quantity in find_quantities(plain):
        assert end <= quantity.number_at < quantity.end <= len(plain)
        assert 0 <= quantity.start <= quantity.number_at
        assert quantity.value > 0
        end = quantity.end
