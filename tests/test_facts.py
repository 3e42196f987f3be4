"""Figures are drawn from invented police reports, each with the words it rests on; nothing else is."""

import sys
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging import find_facts
from crawler.topics import Topic, load_topic
from storage import SHANGHAI, Change, Fact

# A line reads: measure value unit [qualifier] [substance] [basis] [? where it is uncertain].
FIGURES = {
    "cases_people_users_weight": (
        "今年1至5月，清河市共破获毒品犯罪案件128起，抓获犯罪嫌疑人156名，查处吸毒人员402人次，缴获各类毒品36.8公斤。",
        [
            "cases_solved 128 case",
            "suspects_arrested 156 person",
            "drug_users_found 402 person_time flow",
            "drugs_seized 36800 gram mixed",
        ],
    ),
    "a_list_after_one_verb": (
        "共缴获海洛因1250克、冰毒3.2公斤、麻古860粒。",
        [
            "drugs_seized 1250 gram heroin",
            "drugs_seized 3200 gram methamphetamine",
            "drugs_seized 860 tablet magu",
        ],
    ),
    "cases_and_people_in_one_phrase": (
        "共查获毒品案件284起381人，缴毒12.6千克。",
        ["cases_solved 284 case", "suspects_arrested 381 person", "drugs_seized 12600 gram mixed"],
    ),
    "user_cases_and_people": (
        "查处吸毒案件95起120人。",
        ["cases_solved 95 case", "drug_users_found 120 person flow"],
    ),
    "pieces_and_weight_are_one_seizure": (
        "当场缴获海洛因26块9035克。",
        ["drugs_seized 26 piece heroin", "drugs_seized 9035 gram heroin"],
    ),
    "net_weight_behind_a_comma": (
        "民警从后备箱内查获毒品可疑物5包，经称量净重2.5公斤。",
        ["drugs_seized 5 packet unspecified", "drugs_seized 2500 gram unspecified"],
    ),
    "net_weight_in_brackets": (
        "从其鞋底内查获冰毒2小包（净重1.87克）。",
        ["drugs_seized 2 packet methamphetamine", "drugs_seized 1.87 gram methamphetamine"],
    ),
    "pieces_take_the_name_from_the_next_item": (
        "现场查获上百块、重达58.3公斤的毒品海洛因。",
        ["drugs_seized 100 piece over heroin", "drugs_seized 58300 gram heroin"],
    ),
    "powder_takes_what_was_found_in_it": (
        "毒品案里查获的104.4克白色晶体、3.5克红色颗粒都含有甲基苯丙胺成分。",
        ["drugs_seized 104.4 gram methamphetamine", "drugs_seized 3.5 gram methamphetamine"],
    ),
    "a_name_in_brackets_is_the_same_thing": (
        "缴获甲基苯丙胺片剂（麻古）3200粒、氯胺酮（K粉）2.1公斤。",
        ["drugs_seized 3200 tablet methamphetamine_tablet", "drugs_seized 2100 gram ketamine"],
    ),
    "several_names_are_joined": (
        "缴获冰毒、海洛因等毒品50多公斤。",
        ["drugs_seized 50000 gram over methamphetamine+heroin"],
    ),
    "drugs_and_precursors": (
        "缴获冰毒成品11公斤，制毒原料1.5吨。",
        ["drugs_seized 11000 gram methamphetamine", "precursors_seized 1500000 gram precursor"],
    ),
    "only_precursors": (
        "查获盐酸羟亚胺1.2吨、丙酮等易制毒化学品28.6吨。",
        ["precursors_seized 1200000 gram hydroxylimine", "precursors_seized 28600000 gram solvent"],
    ),
    "general_drugs_over_many_cases_are_mixed": (
        "破获制毒案件16起，缴获毒品1.1吨。",
        ["cases_solved 16 case", "drugs_seized 1100000 gram mixed"],
    ),
    "general_drugs_of_one_raid_are_unspecified": (
        "警方抓获贩毒嫌疑人张某，查获毒品280克。",
        ["drugs_seized 280 gram unspecified"],
    ),
    "one_raid_shares_its_drug": (
        "警方破获一起特大贩毒案，捣毁制毒窝点2处，缴获冰毒56公斤、枪支2支、子弹35发，扣押车辆5辆、毒资80万元。",
        [
            "cases_solved 1 case methamphetamine",
            "labs_destroyed 2 lab methamphetamine",
            "drugs_seized 56000 gram methamphetamine",
            "weapons_seized 2 gun",
            "weapons_seized 35 round",
            "vehicles_seized 5 vehicle",
            "money_seized 800000 yuan methamphetamine",
        ],
    ),
    "respectively_two_kinds_of_people": (
        "抓获贩毒人员、吸毒人员分别为25人、310人。",
        ["suspects_arrested 25 person", "drug_users_found 310 person flow"],
    ),
    "respectively_three_substances": (
        "海洛因、冰毒和氯胺酮的缴获量分别为1.2公斤、3.6公斤和800克。",
        [
            "drugs_seized 1200 gram heroin",
            "drugs_seized 3600 gram methamphetamine",
            "drugs_seized 800 gram ketamine",
        ],
    ),
    "respectively_cases_and_people": (
        "全省破获毒品案件、抓获毒品犯罪嫌疑人分别为1204起、1533名。",
        ["cases_solved 1204 case", "suspects_arrested 1533 person"],
    ),
    "respectively_years": (
        "2020年至2022年，全市破获毒品案件分别为214件、119件、69件。",
        ["cases_solved 214 case", "cases_solved 119 case", "cases_solved 69 case"],
    ),
    "whoever_is_caught": (
        "贩毒案告破，警方抓获制毒师傅2名、外籍男子3名。",
        ["suspects_arrested 2 person", "suspects_arrested 3 person"],
    ),
    "an_unknown_powder_has_no_name": (
        "从挎包内查获冰毒4包（净重3.6克）、红色药片5粒。",
        [
            "drugs_seized 4 packet methamphetamine",
            "drugs_seized 3.6 gram methamphetamine",
            "drugs_seized 5 tablet unspecified",
        ],
    ),
    "passive_behind_the_number": (
        "12名涉毒犯罪嫌疑人全部落网，3名毒贩被警方抓获。",
        ["suspects_arrested 12 person", "suspects_arrested 3 person"],
    ),
    "a_noun_far_behind_the_number": (
        "捣毁一个藏在养鸡场地下的制毒工厂，缴获冰毒6公斤。",
        ["labs_destroyed 1 lab methamphetamine", "drugs_seized 6000 gram methamphetamine"],
    ),
    "the_works_not_the_drug_before_it": (
        "军方捣毁12个可卡因加工厂，缴获可卡因2.3吨。",
        ["labs_destroyed 12 lab cocaine", "drugs_seized 2300000 gram cocaine"],
    ),
    "names_and_so_many_people": (
        "警方抓获贩毒嫌疑人张某、王某等4人。",
        ["suspects_arrested 4 person"],
    ),
    "people_sentenced_by_names": (
        "李某等5人因犯贩卖毒品罪，分别被判处有期徒刑。",
        ["sentenced 5 person"],
    ),
    "people_sentenced_behind_de": (
        "法院宣判毒品犯罪案件15件32人，其中判处五年以上有期徒刑的18人。",
        ["other 15 case ?", "sentenced 32 person", "sentenced 18 person"],
    ),
    "fine": (
        "以贩卖毒品罪判处被告人王某有期徒刑七年，并处罚金人民币五千元。",
        ["money_seized 5000 yuan"],
    ),
    "share_of_people_before": (
        "贩毒案共抓获犯罪嫌疑人23名，其中外省籍8名、本省籍3名。",
        ["suspects_arrested 23 person", "suspects_arrested 8 person", "suspects_arrested 3 person"],
    ),
    "detox_parts": (
        "共查获吸毒人员2365人，其中强制隔离戒毒786人，社区戒毒865人，社区康复312人。",
        [
            "drug_users_found 2365 person flow",
            "compulsory_detox 786 person flow",
            "community_detox 865 person flow",
            "community_rehab 312 person flow",
        ],
    ),
    "stock_goes_on_along_the_list": (
        "全市在册吸毒人员7892人，其中社区戒毒1203人、社区康复985人、戒断三年未复吸3421人。",
        [
            "drug_users_found 7892 person stock",
            "community_detox 1203 person stock",
            "community_rehab 985 person stock",
            "abstinent_3y 3421 person stock",
        ],
    ),
    "stock_and_flow_apart": (
        "全区现有吸毒人员4.6万名，新发现吸毒人员2100名。",
        ["drug_users_found 46000 person stock", "drug_users_found 2100 person flow"],
    ),
    "community_detox_and_rehab_as_one": (
        "责令社区戒毒、社区康复1.5万人。",
        ["community_detox 15000 person flow"],
    ),
    "detox_of_users": (
        "决定强制隔离戒毒吸毒人员203人。",
        ["compulsory_detox 203 person flow"],
    ),
    "age_groups_of_users": (
        "到去年年底，现有吸毒人员中，16至30岁的青少年有1.7万人，16岁以下的青少年有300多人。",
        ["drug_users_found 17000 person stock", "drug_users_found 300 person over stock"],
    ),
    "users_by_substance": (
        "滥用海洛因5.6万名、氯胺酮3700名。",
        ["drug_users_found 56000 person heroin stock", "drug_users_found 3700 person ketamine stock"],
    ),
    "fugitives": (
        "共抓获涉毒网上逃犯13名，“钉子”对象5名。",
        ["fugitives_caught 13 person", "fugitives_caught 5 person"],
    ),
    "gangs_and_dens": (
        "共摧毁吸贩毒团伙11个，捣毁吸毒窝点4个。",
        ["gangs_dismantled 11 gang", "other 4 lab ?"],
    ),
    "plants": (
        "铲除非法种植罂粟1.2万株、大麻86株。",
        ["plants_eradicated 12000 plant poppy", "plants_eradicated 86 plant cannabis"],
    ),
    "destroyed_by_a_verb_behind": (
        "海关把查到的600多公斤海洛因送去销毁。",
        ["drugs_destroyed 600000 gram over heroin"],
    ),
    "destroyed_not_seized": (
        "将举行仪式，销毁近年缴获的毒品共1.3吨。",
        ["drugs_destroyed 1300000 gram mixed"],
    ),
    "worth_of_a_case": (
        "查获可卡因6.8千克，市值约5000万元港币。",
        ["drugs_seized 6800 gram cocaine", "money_seized 50000000 hkd about cocaine"],
    ),
    "people_reached": (
        "近500名师生参加禁毒宣誓，活动覆盖群众2万余人次。",
        ["people_reached 500 person nearly", "people_reached 20000 person_time over"],
    ),
    "sold_is_uncertain": (
        "李某以300元的价格将0.3克冰毒卖给张某。",
        ["other 0.3 gram methamphetamine ?"],
    ),
    "tried_is_uncertain": (
        "全市法院审结毒品犯罪案件56件。",
        ["other 56 case ?"],
    ),
    "no_deed_is_uncertain": (
        "制毒窝点的锅还是热的，73公斤毒品、208公斤麻黄素，一个窝点就此消失。",
        ["drugs_seized 73000 gram unspecified ?", "precursors_seized 208000 gram ephedrine ?"],
    ),
    "what_is_done_to_people_may_follow": (
        "6000多人被强制隔离戒毒，500人正在接受社区戒毒。",
        ["compulsory_detox 6000 person over flow", "community_detox 500 person stock"],
    ),
    "abstinence_in_other_words": (
        "戒断三年没有复吸的达到3.9万余人。",
        ["abstinent_3y 39000 person over stock"],
    ),
    "from_to_is_one_figure": (
        "在外省抓获的本省贩毒人员已从2018年的351人减少到现在的27人。",
        ["suspects_arrested 27 person"],
    ),
    "fallen_to": (
        "新发现吸毒人员降至2020年的1500名。",
        ["drug_users_found 1500 person flow"],
    ),
    "traditional_script": (
        "警方緝獲海洛英三點五公斤，拘捕兩名毒販。",
        ["drugs_seized 3500 gram heroin", "suspects_arrested 2 person"],
    ),
    "full_width_figures": (
        "共缴获毒品海洛因３５０克，冰毒１．２公斤。",
        ["drugs_seized 350 gram heroin", "drugs_seized 1200 gram methamphetamine"],
    ),
    "chinese_numerals": (
        "缴获冰毒一万三千五百二十四克，抓获毒贩二百六十八名。",
        ["drugs_seized 13524 gram methamphetamine", "suspects_arrested 268 person"],
    ),
    "marker_inside_the_number": (
        "缴获海洛因9.2余千克，铲除罂粟10.22余万株。",
        ["drugs_seized 9200 gram over heroin", "plants_eradicated 102200 plant over poppy"],
    ),
    "marker_behind_the_unit": (
        "缴获冰毒39公斤多。",
        ["drugs_seized 39000 gram over methamphetamine"],
    ),
    "every_hedge": (
        "缴获冰毒约3公斤、麻古近2公斤、海洛因超过1公斤、K粉不到5克、大麻20克以上。",
        [
            "drugs_seized 3000 gram about methamphetamine",
            "drugs_seized 2000 gram nearly magu",
            "drugs_seized 1000 gram over heroin",
            "drugs_seized 5 gram under ketamine",
            "drugs_seized 20 gram at_least cannabis",
        ],
    ),
}

NO_FIGURES = {
    "a_full_stop_for_the_decimal_point": "共缴获毒品16。5公斤。",
    "a_space_inside_a_number": "抓获毒贩541 342人。",
    "digits_and_words_mixed": "抓获毒贩6.7三万名。",
    "number_and_unit_on_two_lines": "全省共有吸毒人员145.8\n万名。",
    "the_digits_are_lost": "缴获冰毒公斤，抓获毒贩名。",
    "a_vague_number": "抓获毒贩数十人，缴获冰毒几百克、毒品若干。",
    "a_guess_of_two": "抓获七八名毒贩。",
    "a_range": "贩毒案每年抓获10人至15人。",
    "a_rate": "毒贩以每克300元的价格出手。",
    "an_ordinal": "这是第27个国际禁毒日，也是第3起毒品案件。",
    "together_is_no_case": "学生们和民警一起参观了禁毒展。",
    "one_after_another": "他带队捣毁一个个贩毒团伙。",
    "the_law": "贩卖海洛因五十克以上的，处十五年有期徒刑。",
    "police_at_work": "禁毒大队出动警力200余人次、车辆50台次。",
    "money_spent": "全年投入禁毒经费300万元，举报毒品最高奖励20万元。",
    "a_price": "李某花500元购买毒品。",
    "another_crime": "破获电信诈骗案件32起，抓获诈骗嫌疑人40名。",
    "all_criminal_cases": "禁毒之外，全市破获各类刑事案件1.2万起，抓获嫌疑人3000名。",
    "smuggled_food": "海关查获走私冻品300吨。",
    "pipes_are_no_guns": "毒品害人：烟枪一支，烧得家徒四壁。",
    "a_narrated_person": "一名吸毒人员每天要买毒品。",
    "people_named_before": "目前，涉毒的赵某、钱某两人已被刑拘。",
    "a_difference": "查处吸毒人员比2018年减少了1356人。",
    "treated_people": "该所收治戒毒人员1200名。",
    "killed_people": "外军称炸毁快艇并打死27名毒贩。",
    "a_unit_that_counts_no_gangs": "境外犯罪集团发展武装，在3处犯罪集团园区贩卖毒品。",
    "old_times": "林则徐当年在虎门销毁鸦片两万余箱。",
    "nothing_of_drugs": "全县抓获违法人员30名，扣押货车3辆。",
    "no_text": "",
}


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic("antidrug")


def draw(text: str, topic: Topic, *, title: str = "", published: datetime | None = None) -> tuple[Fact, ...]:
    return find_facts(text, title=title, published_at=published, place="清河省", topic=topic)


def line(fact: Fact) -> str:
    qualifier = "" if fact.qualifier == "exact" else fact.qualifier
    parts = (
        fact.measure,
        f"{fact.value:.12g}",
        fact.unit,
        qualifier,
        fact.substance,
        fact.basis,
        "?" if fact.uncertain else "",
    )
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("text", "expected"), FIGURES.values(), ids=FIGURES.keys())
def test_figures_are_drawn(text: str, expected: list[str], topic: Topic) -> None:
    assert [line(fact) for fact in draw(text, topic)] == expected


@pytest.mark.parametrize("text", NO_FIGURES.values(), ids=NO_FIGURES.keys())
def test_what_is_no_figure_is_left_out(text: str, topic: Topic) -> None:
    assert [line(fact) for fact in draw(text, topic) if fact.measure != "other"] == []


@pytest.mark.parametrize("text", [text for text, _ in FIGURES.values()], ids=FIGURES.keys())
def test_evidence_quotes_the_page(text: str, topic: Topic) -> None:
    for fact in draw(f"　{text}", topic):
        assert fact.evidence == f"　{text}"[fact.start : fact.end] != ""


def test_evidence_holds_deed_noun_and_number(topic: Topic) -> None:
    facts = draw("警方查明，共抓获犯罪嫌疑人25名，缴获海洛因、冰毒等毒品5公斤。", topic)
    assert [fact.evidence for fact in facts] == ["抓获犯罪嫌疑人25名", "缴获海洛因、冰毒等毒品5公斤"]


CHANGES = {
    "a_fall": ("破获毒品案件128起，同比下降16.4%。", [Change(kind="down", value=16.4, against="同比")]),
    "three_in_order": (
        "破获毒品案16起，抓获毒贩19名，缴获毒品2吨，同比分别上升13.2%、15%和48.7%。",
        [Change(kind="up", value=value, against="同比") for value in (13.2, 15, 48.7)],
    ),
    "from_to": (
        "全省毒品案件由2016年的8900起降至2020年的2300起。",
        [Change(kind="from_to", value=2300, unit="case", base=8900)],
    ),
    "a_share": (
        "缴获冰毒2吨，占全省缴获总量的57%。",
        [Change(kind="share", value=57, against="全省缴获总量")],
    ),
    "two_shares_in_order": (
        "共破获毒品案件150起，缴毒13公斤，分别占全省总数的10%和15%。",
        [Change(kind="share", value=value, against="全省总数") for value in (10, 15)],
    ),
    "a_multiple": (
        "查获吸毒人员427人次，是2015年的1.7倍。",
        [Change(kind="times", value=1.7, unit="times", against="2015年")],
    ),
    "doubled": ("登记吸毒人员27万，6年翻了一番。", [Change(kind="times", value=2, unit="times")]),
    "tenths": ("新发现吸毒人员155名，降幅接近六成。", [Change(kind="down", value=60)]),
    "a_target": ("破获毒品案件128起，力争上升30%以上。", [Change(kind="target", value=30)]),
    "too_few_figures": ("缴获毒品2吨，同比分别增长13.2%、15%。", [None]),
}


@pytest.mark.parametrize(("text", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_comparisons_go_to_their_figures(text: str, expected: list[Change | None], topic: Topic) -> None:
    assert [fact.change for fact in draw(text, topic)] == expected


def test_a_goal_is_no_result(topic: Topic) -> None:
    goal, result = draw("全市计划破获毒品案件100起。已破获毒品案件80起。", topic)
    assert (goal.target, result.target) == (True, False)


def test_a_period_is_kept_as_printed_and_resolved(topic: Topic) -> None:
    published = datetime(2020, 6, 15, 9, 30, tzinfo=SHANGHAI)
    (fact,) = draw("２０１９年以来，全市共破毒品案1900多起。", topic, published=published)
    assert fact.period == "２０１９年以来"
    assert fact.period_from == datetime(2019, 1, 1, tzinfo=SHANGHAI)
    assert fact.period_to == datetime(2020, 6, 15, 23, 59, tzinfo=SHANGHAI)
    assert fact.place == "清河省"


def test_years_in_order(topic: Topic) -> None:
    facts = draw("2018年、2019年分别抓获毒贩120人、98人。", topic)
    assert [fact.period_from and fact.period_from.year for fact in facts] == [2018, 2019]


DIGEST = """国内快讯
清河大桥今天通车
清河大桥今天建成通车，投资30亿元，1200余人参加仪式。
海关缴毒近两吨
海关日前破获一起特大走私毒品案，缴获海洛因1950公斤，抓获嫌疑人6名。
警方破获系列盗窃案
清河警方抓获嫌疑人9名，扣押车辆3辆。
全国赛艇锦标赛开幕
锦标赛今天开幕，46支队伍参赛。"""


def test_a_digest_is_read_brief_by_brief_and_headings_only_announce(topic: Topic) -> None:
    assert [line(fact) for fact in draw(DIGEST, topic)] == [
        "cases_solved 1 case heroin",
        "drugs_seized 1950000 gram heroin",
        "suspects_arrested 6 person",
    ]


def test_the_headline_makes_a_plain_text_ours(topic: Topic) -> None:
    text = "警方抓获犯罪嫌疑人9名。"
    assert draw(text, topic) == ()
    assert [line(fact) for fact in draw(text, topic, title="清河破获一起贩毒案")] == [
        "suspects_arrested 9 person"
    ]


def test_a_figure_told_twice_is_one_fact(topic: Topic) -> None:
    text = (
        "当场搜出冰毒疑似物9克、海洛因疑似物3克。经检验，9克冰毒疑似物含甲基苯丙胺，3克海洛因疑似物含海洛因。"
    )
    assert [line(fact) for fact in draw(text, topic)] == [
        "drugs_seized 9 gram methamphetamine",
        "drugs_seized 3 gram heroin",
    ]


def test_readings_between_the_characters_are_skipped_and_quoted(topic: Topic) -> None:
    text = "據(jù)統(tǒng)計(jì)，全省共抓獲(huò)毒販25名，繳獲(huò)海洛因1.2萬(wàn)克。"
    facts = draw(text, topic)
    assert [line(fact) for fact in facts] == ["suspects_arrested 25 person", "drugs_seized 12000 gram heroin"]
    assert [fact.evidence for fact in facts] == ["抓獲(huò)毒販25名", "繳獲(huò)海洛因1.2萬(wàn)克"]
    assert all(fact.evidence == text[fact.start : fact.end] for fact in facts)


def test_weapons_need_a_drug_case_beside_them(topic: Topic) -> None:
    assert draw("戒毒所外的路口，巡警缴获手枪1支。", topic) == ()


def test_a_topic_without_measures_has_no_figures() -> None:
    assert draw("缴获冰毒3克", Topic(name="empty", title="空")) == ()


PIECES = st.sampled_from(
    ["缴获", "抓获", "冰毒", "毒品", "、", "，", "。", "\n", "分别", "为", "3", "1.2", "万", "余", "公斤", "起", "人", "名", "毒贩", "案",
     "从", "降至", "其中", "2019年", "同比", "%", "（", "）", "一", "两", "近", "上千", "強", "ＡＢ", "😀", "\x00", "等", "被告人", "判处", "的"]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join))


@given(text=ANY_TEXT, title=st.text(max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_offset_holds(text: str, title: str) -> None:
    published = datetime(2024, 2, 29, tzinfo=SHANGHAI)
    for fact in draw(text, load_topic("antidrug"), title=title, published=published):
        assert fact.evidence == text[fact.start : fact.end]
        assert fact.value > 0


def work(action: Callable[[], object]) -> int:
    """How many lines of Python an action runs: a measure of work that no busy machine disturbs."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(None)
    return count


REPEATED = {
    "sentences": "全市共破获一起毒品案，抓获毒贩156名，缴获海洛因、冰毒3公斤。",
    "paragraphs": "清河市共破获毒品案件28起，同比下降3%，抓获毒贩156名。\n",
    "one_endless_sentence": "破获毒品案件、抓获毒贩分别为28起、3人，2019年降至2起，缴获冰毒3克、",
    "no_punctuation": "缴获冰毒3克",
    "headings": "缴获毒品3公斤\n",
}


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_work_grows_with_the_length_of_the_text_only(unit: str, topic: Topic) -> None:
    draw(unit, topic)
    once = work(lambda: draw(unit * 60, topic))
    assert work(lambda: draw(unit * 240, topic)) < 4.4 * once
