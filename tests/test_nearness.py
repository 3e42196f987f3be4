"""Which texts are one although not letter by letter: invented pairs."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.identity.nearness import Imprint, compare, fingerprints, imprint
from tests.specimens import DAY, NOW

TITLE = "青云警方破获一起运输毒品案"
PARAGRAPHS = (
    "3月1日凌晨，青云县公安局禁毒大队在连霍高速石桥出口设卡检查，一辆悬挂外省牌照的冷藏货车引起民警注意。",
    "驾驶员李某神色慌张，对货物来源前后说法不一。民警随即对车辆进行细致检查，在车厢底部夹层内查获海洛因12块，净重4.3公斤。",
    "经连夜审讯，李某交代受雇于同乡马某，准备把毒品运往邻省交给下线，每趟可得报酬3万元。专案组随后在白云市将马某抓获。",
    "据介绍，青云县今年以来已破获毒品案件17起，抓获犯罪嫌疑人29名，缴获各类毒品6.8公斤，群众举报线索同比增长两成。",
    "目前，李某、马某因涉嫌运输毒品罪被依法刑事拘留，案件还在深挖之中。警方提醒，发现可疑情况请及时拨打举报电话。",
)
WHOLE = "\n".join(PARAGRAPHS)
BRIEF = (
    "3月1日，青云县公安局禁毒大队在一处出租屋内抓获涉嫌贩卖毒品的犯罪嫌疑人李某，当场缴获冰毒12.5克。"
    "经审讯，李某对贩卖毒品的事实供认不讳，目前已被刑事拘留，案件正在进一步办理中。"
)
TRIAL = (
    "近日，青云县法院公开审理一起贩卖毒品案。被告人李某因贩卖冰毒12.5克，被判处有期徒刑三年。法院审理查明，被告人李某多次在停车场向"
    "吸毒人员马某贩卖毒品，依法应予惩处。宣判后，被告人当庭表示不上诉。"
)
NOTICE = (
    "关于开展2025年国际禁毒日宣传活动的通知\n各乡镇人民政府，县禁毒委员会各成员单位：\n"
    "2025年6月26日是第38个国际禁毒日。为普及毒品预防知识，经研究决定于6月1日至6月30日在全县开展集中宣传活动。\n"
    "各单位要组织一次知识讲座，悬挂横幅不少于3条，张贴挂图不少于5张，并于7月5日前报送活动总结。"
)
CAMPAIGN = (
    "为增强青少年识毒防毒拒毒意识，5月8日，县禁毒办走进实验中学开展禁毒宣传活动。民警通过展示仿真毒品模型、讲解典型案例，"
    "向师生介绍毒品的种类和危害。活动共发放宣传资料800份，接受咨询60人次。"
)


def told(text: str, title: str = TITLE, *, after: timedelta = timedelta()) -> Imprint:
    return imprint(title, text, NOW + after)


REPRINTS = {
    "the same": told(WHOLE),
    "other headline": told(WHOLE, "货车夹层藏毒 警方设卡查获"),
    "source and editor": told(f"来源：石桥日报\n{WHOLE}\n责任编辑：周二\n审核：林一"),
    "dateline": told(f"石桥新闻网3月2日讯（记者 周二 通讯员 林一）{WHOLE}"),
    "legal words": told(f"{WHOLE}\n免责声明：本文仅供参考。\n版权所有 未经授权不得转载"),
    "without the last paragraphs": told("\n".join(PARAGRAPHS[:3])),
    "without the second paragraph": told("\n".join((PARAGRAPHS[0], *PARAGRAPHS[2:]))),
    "first half": told(WHOLE[: len(WHOLE) // 2]),
    "one paragraph": told(WHOLE.replace("\n", "")),
    "half-width": told(WHOLE.replace("，", ",").replace("。", "。\n")),
    "traditional": told(
        WHOLE.translate(str.maketrans("县禁队连桥检辆货车驾驶员慌张", "縣禁隊連橋檢輛貨車駕駛員慌張"))
    ),
    "some days later": told(WHOLE, after=9 * DAY),
}
REWORDED = {
    "a few words": told(WHOLE.replace("引起民警注意", "被执勤民警拦下").replace("据介绍，", "").replace("目前，", "")),
    "brief in other words": told(BRIEF.replace("经审讯，李某", "到案后，李某").replace("案件正在进一步办理中", "案件仍在侦办")),
}  # fmt: skip


@pytest.mark.parametrize("other", REPRINTS.values(), ids=REPRINTS)
def test_a_reprint(other: Imprint) -> None:
    assert compare(told(WHOLE), other).likeness == compare(other, told(WHOLE)).likeness == "reprint"
    assert len(set(fingerprints(told(WHOLE))) & set(fingerprints(other))) >= 2


@pytest.mark.parametrize("other", REWORDED.values(), ids=REWORDED)
def test_a_reworded_reprint(other: Imprint) -> None:
    original = max((told(WHOLE), told(BRIEF)), key=lambda one: compare(one, other).contained)
    assert compare(original, other).likeness == "edited"
    assert len(set(fingerprints(original)) & set(fingerprints(other))) >= 2


RELATED = {
    "other name": (BRIEF, BRIEF.replace("李某", "张某"), "names"),
    "exchanged roles": (
        TRIAL,
        TRIAL.translate(str.maketrans("李马", "马李")).replace("12.5", "30.2"),
        "figures",
    ),
    "other amount": (BRIEF, BRIEF.replace("12.5", "30.2"), "figures"),
    "other place": (BRIEF, BRIEF.replace("青云", "柳林"), "figures"),
    "other day": (BRIEF, BRIEF.replace("3月1日", "4月9日"), "figures"),
    "other case of the template": (
        BRIEF,
        BRIEF.replace("李某", "王某").replace("12.5", "8").replace("出租屋", "停车场"),
        "names",
    ),
    "notice of the next year": (NOTICE, NOTICE.replace("2025", "2026").replace("38", "39"), "years"),
    "next numbered issue": (NOTICE.replace("38个", "38期"), NOTICE.replace("38个", "39期"), "years"),
    "other school": (CAMPAIGN, CAMPAIGN.replace("实验中学", "育才中学"), "figures"),
    "other figures at the same school": (
        CAMPAIGN,
        CAMPAIGN.replace("800", "1200").replace("60", "95"),
        "figures",
    ),
    "a small part": (WHOLE, PARAGRAPHS[3], "part"),
}


@pytest.mark.parametrize(("one", "other", "why"), RELATED.values(), ids=RELATED)
def test_alike_and_not_the_same(one: str, other: str, why: str) -> None:
    found = compare(told(one), told(other, "另一个标题"))
    assert (found.likeness, found.why) == ("related", why)
    assert compare(told(other, "另一个标题"), told(one)) == found


def test_the_same_words_after_months_are_the_next_report() -> None:
    found = compare(told(CAMPAIGN), told(CAMPAIGN, after=60 * DAY))
    assert (found.likeness, found.why) == ("related", "time")
    undated = imprint(TITLE, CAMPAIGN, None)
    assert compare(told(CAMPAIGN, after=60 * DAY), undated).likeness == "reprint"


OTHERS = {
    "another report": (WHOLE, NOTICE),
    "another of the same topic": (BRIEF, CAMPAIGN),
    "no text": (WHOLE, ""),
    "nothing at all": ("", ""),
    "only boilerplate": ("来源：石桥日报", "来源：石桥日报"),
}


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS)
def test_another_report(one: str, other: str) -> None:
    assert compare(told(one), told(other)).likeness == "other"


def test_under_one_headline_a_brief_may_be_shorter() -> None:
    short = BRIEF.split("。")[1]
    assert compare(told(BRIEF), told(short)).likeness == "reprint"
    found = compare(told(BRIEF * 2 + CAMPAIGN), told(short, "另一个标题"))
    assert (found.likeness, found.why) == ("related", "part")


def test_a_digest_and_a_follow_up_are_other_stories() -> None:
    digest = told("\n".join((CAMPAIGN, BRIEF, NOTICE)), "一周动态")
    assert compare(told(BRIEF), digest)[::2] == ("related", "part")
    fresh = (
        "昨日，此案在白云市中级人民法院开庭审理。公诉机关当庭出示了物证和证人证言，控辩双方围绕货物来源和主观明知展开辩论。"
        "庭审持续五个小时，合议庭宣布休庭后择日宣判，旁听席上坐满了前来参加警示教育的大学新生和社区志愿者。"
    )
    later = told("\n".join((fresh, *PARAGRAPHS[1:3])), "运输毒品案开庭")
    assert compare(told(WHOLE), later).likeness in ("other", "related")


def test_a_short_text_has_no_fingerprints() -> None:
    assert fingerprints(told("图片新闻")) == ()
    assert len(fingerprints(told(WHOLE))) == 18
    assert len(fingerprints(imprint("", WHOLE, None))) == 16
    long = "".join(chr(0x4E00 + at * 7 % 20000) for at in range(9000))
    assert len(fingerprints(told(long))) == 34


def test_fingerprints_stay_the_same_between_versions() -> None:
    assert sum(fingerprints(told(BRIEF))) == TOTAL


TOTAL = -137051142416549169783
PRINT = """
from tests.test_nearness import BRIEF, told
from storage.identity.nearness import fingerprints
print(sum(fingerprints(told(BRIEF))))
"""


@pytest.mark.parametrize("seed", ["0", "1"])
def test_fingerprints_are_the_same_in_every_process(seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", PRINT], env=environment, capture_output=True, text=True, check=True
    )
    assert int(run.stdout) == TOTAL


@given(st.text(), st.text(st.sampled_from("青云县查获海洛因3公斤。\n来源：某李 a1"), max_size=300))
def test_any_text_is_like_itself(title: str, text: str) -> None:
    one, again = imprint(title, text, NOW), imprint(title, text, NOW)
    prints = fingerprints(one)
    assert prints == fingerprints(again)
    assert all(-(1 << 63) <= number < 1 << 63 for number in prints)
    assert list(prints) == sorted(set(prints))
    assert compare(one, again).likeness == ("reprint" if len(one.text) > 3 else "other")


@given(st.text(), st.text(), st.text())
def test_the_order_does_not_matter(title: str, one: str, other: str) -> None:
    assert compare(told(one, title), told(other)) == compare(told(other), told(one, title))
