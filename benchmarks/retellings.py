"""Invented briefs and notices, and the ways a portal changes what it reprints."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import opencc

START = datetime(2026, 3, 2, tzinfo=UTC)
_TRADITIONAL = opencc.OpenCC("s2t")
_COUNTIES = [
    "青云",
    "白云",
    "石桥",
    "柳林",
    "东山",
    "西河",
    "南坪",
    "北川",
    "金沙",
    "平江",
    "安和",
    "永丰",
    "长岭",
    "清溪",
    "云台",
    "黄坡",
    "龙潭",
    "双塔",
    "秀水",
    "大同",
]
_NAMES = [
    "张某",
    "李某",
    "王某",
    "刘某",
    "陈某",
    "杨某",
    "赵某",
    "周某",
    "吴某",
    "马某某",
    "郑某",
    "孙某甲",
    "何某",
    "高某",
    "罗某",
    "林某",
    "梁某",
    "谢某",
    "韩某",
    "唐某",
]
_DRUGS = ["海洛因", "冰毒", "氯胺酮", "摇头丸", "大麻", "麻古", "依托咪酯", "吗啡"]
_SPOTS = ["出租屋", "高速路口", "汽车客运站", "KTV包厢", "快递网点", "废弃厂房", "城乡结合部", "宾馆房间"]
_SCHOOLS = ["实验", "育才", "希望", "红旗", "光明", "新华", "建设", "向阳", "启明", "文昌"]

BRIEFS = (
    "{county}公安抓获一名贩毒嫌疑人 缴获{drug}{grams}克\n"
    "{month}月{day}日，{county}县公安局禁毒大队根据群众举报，在{spot}内抓获涉嫌贩卖毒品的犯罪嫌疑人{name}，当场缴获{drug}{grams}克。经审讯，"
    "{name}对其贩卖毒品的犯罪事实供认不讳。目前，犯罪嫌疑人{name}已被依法刑事拘留，案件正在进一步办理中。警方提醒广大群众，"
    "发现涉毒违法犯罪线索，请及时向公安机关举报，警方将严格为举报人保密。",
    "禁毒在行动：一审公开宣判一起贩卖毒品案\n"
    "近日，{county}区法院公开开庭审理了一起贩卖毒品案。被告人{name}因贩卖{drug}{grams}克，被判处有期徒刑{years}年，并处罚金{fine}元。法院审理查明，"
    "被告人{name}多次在{spot}向吸毒人员{other}贩卖毒品。法院认为，被告人的行为已构成贩卖毒品罪，依法应予惩处。宣判后，被告人当庭表示服判，不上诉。",
    "清查行动查获{count}名涉毒人员\n"
    "{county}派出所民警{month}月{day}日在辖区{spot}开展清查行动时，发现{count}名男子形迹可疑，经现场尿检，{name}、{other}等人检测结果呈阳性。"
    "二人对吸食{drug}的违法事实供认不讳。目前，警方已对{name}处以行政拘留{days}日，并责令其接受社区戒毒，毒品来源正在追查之中。",
    "县禁毒办走进校园开展禁毒宣传活动\n"
    "为增强青少年识毒防毒拒毒意识，{month}月{day}日，{county}县禁毒办走进{school}中学开展禁毒宣传活动。活动现场，禁毒民警通过展示仿真毒品模型、发放宣传"
    "资料、讲解典型案例等方式，向师生介绍毒品的种类和危害。活动共发放宣传资料{papers}份，接受咨询{count}人次，受教育师生{pupils}人。",
)
NOTICES = (
    "关于开展{year}年“6·26”国际禁毒日集中宣传活动的通知\n各乡镇人民政府、街道办事处，县禁毒委员会各成员单位：\n{year}年6月26日是第{nth}个国际禁毒日。"
    "为广泛普及毒品预防知识，进一步提高全民识毒、防毒、拒毒意识，经县禁毒委员会研究，决定于6月1日至6月30日在全县组织开展国际禁毒日集中宣传活动。\n"
    "一、活动主题。以健康人生、绿色无毒为主题，突出青少年、在校学生和易涉毒人员等重点群体，坚持线上线下相结合，营造全民参与的浓厚氛围。\n"
    "二、活动内容。各单位要组织一次主题升旗仪式、一次禁毒知识讲座、一次警示教育基地参观；各村、社区要悬挂宣传横幅不少于3条，张贴宣传挂图不少于5张。\n"
    "三、工作要求。各单位要加强组织领导，落实工作责任，确保活动取得实效，并于7月5日前将活动总结和图片资料报送县禁毒委员会办公室。",
    "关于敦促涉毒违法犯罪人员投案自首的通告\n{county}县公安局为严厉打击毒品违法犯罪活动，净化社会环境，给涉毒违法犯罪人员以改过自新的机会，根据有关法律规定，现通告如下：\n"
    "一、凡在本县范围内实施制造、贩卖、运输毒品等违法犯罪的人员，自本通告发布之日起至{year}年12月31日止，主动到公安机关投案自首、如实供述的，依法从轻或者减轻处罚。\n"
    "二、涉毒人员的亲友应当积极规劝其投案自首；经亲友规劝、陪同投案的，视为自动投案。\n"
    "三、鼓励广大群众积极举报涉毒违法犯罪线索，一经查实，给予500元至10000元奖励，并对举报人严格保密。举报电话：110。\n四、本通告自发布之日起施行。",
)
BULLETIN = (
    "{county}法院通报{year}年毒品案件审理情况\n"
    "{county}市中级人民法院{month}月{day}日召开新闻发布会，通报{year}年以来全市法院审理毒品犯罪案件情况。据介绍，{year}年以来，全市法院共受理一审毒品犯罪案件{cases}件，"
    "审结{closed}件，判处罪犯{people}人，其中判处五年以上有期徒刑、无期徒刑的{heavy}人，重刑率为{rate}%。\n"
    "从案件类型看，走私、贩卖、运输、制造毒品罪案件{count}件，容留他人吸毒罪案件{pupils}件，非法持有毒品罪案件{days}件。涉案毒品仍以{drug}为主，缴获{grams}公斤。\n"
    "发布会还公布了典型案例。被告人{name}伙同{other}，先后{years}次从外地购入{drug}{papers}克，藏匿于{spot}伺机贩卖，被公安机关抓获。法院以贩卖毒品罪判处{name}有期徒刑十五年。\n"
    "市中级人民法院有关负责人表示，人民法院将继续坚持依法从严惩处毒品犯罪的方针，加大财产刑适用力度，积极参与禁毒综合治理，结合审判工作开展法治宣传，为平安建设提供有力司法保障。"
)  # fmt: skip
_BOILERPLATE = (
    "（来源：{source}）\n责任编辑：{editor}",
    "原标题：{title}\n编辑：{editor}　校对：{other}\n声明：转载此文是出于传递更多信息之目的，若有来源标注错误，请与本网联系。",
    "【免责声明】本文仅代表作者个人观点，与本网无关。\n版权所有 未经授权不得转载\n扫一扫关注{source}",
    "更多精彩内容，请下载{source}客户端，随时随地了解本地新闻，参与互动还有机会获得好礼\n上一篇：{title}\n值班编委：{editor}",
)


@dataclass(frozen=True)
class Told:
    """What a portal prints."""

    title: str
    text: str
    published_at: datetime | None = START


Change = Callable[[Told, Random], Told]


def draw(rng: Random) -> dict[str, object]:
    """Values for every blank of a template."""
    name, other = rng.sample(_NAMES, 2)
    cases = rng.randrange(60, 900)
    return {
        "month": rng.randrange(1, 13), "day": rng.randrange(1, 29), "county": rng.choice(_COUNTIES), "spot": rng.choice(_SPOTS),
        "name": name, "other": other, "drug": rng.choice(_DRUGS), "grams": round(rng.uniform(0.2, 90), 1), "years": rng.randrange(2, 15),
        "fine": rng.randrange(1, 40) * 1000, "count": rng.randrange(2, 300), "days": rng.randrange(5, 60), "school": rng.choice(_SCHOOLS),
        "papers": rng.randrange(10, 400) * 10, "pupils": rng.randrange(100, 2000), "year": 2025, "nth": 38, "cases": cases,
        "closed": cases - rng.randrange(9, 50), "people": cases + rng.randrange(20, 90), "heavy": rng.randrange(20, 300),
        "rate": round(rng.uniform(9, 60), 2), "source": rng.choice(_COUNTIES) + "新闻网", "editor": rng.choice(_COUNTIES)[::-1],
    }  # fmt: skip


def told(template: str, values: Mapping[str, object]) -> Told:
    """A report from a template, whose first line is the headline."""
    title, _, text = template.format(**values).partition("\n")
    return Told(title=title, text=text)


def twin(template: str, values: Mapping[str, object], rng: Random) -> Told:
    """The next report of the same template, agency, day: other people and figures only."""
    fresh = draw(rng)
    kept = ("month", "day", "county", "spot", "drug", "school", "year", "nth")
    return told(template, fresh | {name: values[name] for name in kept})


def neighbour(template: str, values: Mapping[str, object], rng: Random) -> Told:
    """The same report, people and all, of another county and school, with one other figure."""
    fresh = draw(rng)
    figure = rng.choice(("grams", "count", "papers", "cases", "fine"))
    changed = {name: fresh[name] for name in ("school", figure)}
    county = rng.choice([name for name in _COUNTIES if name != values["county"]])
    return told(template, {**values, **changed, "county": county})


def digest(briefs: Sequence[Told]) -> Told:
    """A round-up of several briefs."""
    return Told(title="一周禁毒动态", text="\n".join(brief.text for brief in briefs))


def follow_up(one: Told, fresh: Told) -> Told:
    """A later report that tells the background in one paragraph of the earlier one, half as long as what is new at most."""
    lines = [line for line in one.text.split("\n") if line.strip()]
    background = lines[len(lines) // 2][: len(fresh.text) // 2]
    return Told(title=fresh.title, text=f"{fresh.text}\n{background}")


def headline(one: Told, rng: Random) -> Told:
    """Another headline, another source, a dateline."""
    text = f"{rng.choice(_COUNTIES)}新闻网讯（记者 {rng.choice(_COUNTIES)}）{one.text}"
    return replace(one, title=one.title[rng.randrange(4) :: 2] + "引关注", text=text)


def surrounded(one: Told, rng: Random) -> Told:
    """Other boilerplate around it."""
    lines = rng.choice(_BOILERPLATE).format(title=one.title, **draw(rng))
    return replace(one, text=f"{one.text}\n{lines}")


def dropped(one: Told, rng: Random, share: float) -> Told:
    """Without some of its paragraphs, at least one; a text of fewer than three loses sentences."""
    joint = "\n" if one.text.count("\n") >= 2 else "。"
    parts = [part for part in one.text.split(joint) if part.strip()]
    gone = set(rng.sample(range(len(parts)), max(1, round(share * len(parts)))))
    kept = [part for at, part in enumerate(parts) if at not in gone]
    return replace(one, text=joint.join(kept) + joint if kept else one.text)


def halved(one: Told, _: Random) -> Told:
    """Its first half."""
    return replace(one, text=one.text[: len(one.text) // 2])


def edited(one: Told, rng: Random, share: float) -> Told:
    """A share of its characters replaced, removed or doubled by others, wherever they stand."""
    stock = [char for char in one.text if char.isalpha()] or ["的"]
    out = []
    for char in one.text:
        act = rng.randrange(3) if rng.random() < share else 3
        out.append((rng.choice(stock), "", char + rng.choice(stock), char)[act])
    return replace(one, text="".join(out))


def reflowed(one: Told, rng: Random) -> Told:
    """The same sentences in other paragraphs, half-width punctuation."""
    sentences = one.text.replace("\n", "").replace("，", ",").split("。")
    return replace(one, text="".join(s + "。" + ("\n" if rng.random() < 0.4 else "") for s in sentences if s))


def traditional(one: Told, _: Random) -> Told:
    """In traditional script."""
    return replace(one, title=_TRADITIONAL.convert(one.title), text=_TRADITIONAL.convert(one.text))


def mixed(one: Told, rng: Random) -> Told:
    """A third of the paragraphs gone, two in a hundred characters edited, boilerplate added, a day later."""
    worn = surrounded(edited(dropped(one, rng, 0.3), rng, 0.02), rng)
    return replace(worn, published_at=START + timedelta(days=1))


KINDS: Mapping[str, Change] = {
    "headline, source": headline,
    "+ boilerplate": surrounded,
    "drop 10 %": partial(dropped, share=0.1),
    "drop 30 %": partial(dropped, share=0.3),
    "drop 50 %": partial(dropped, share=0.5),
    "first half": halved,
    "edit 1 %": partial(edited, share=0.01),
    "edit 5 %": partial(edited, share=0.05),
    "edit 10 %": partial(edited, share=0.1),
    "re-flowed": reflowed,
    "traditional": traditional,
    "drop, edit, boilerplate": mixed,
}
