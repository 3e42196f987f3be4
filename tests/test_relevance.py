"""What belongs to the topic and what only looks like it. All titles and texts here are invented."""

import json
from pathlib import Path

import pytest

from crawler.judging import judge
from crawler.topics import load_topic
from storage import Verdict

TOPIC = load_topic("antidrug")


def verdict(title: str, text: str = "") -> Verdict:
    return judge(title, text, topic=TOPIC)


RELEVANT = {
    "seizure": "青川海关在行李箱夹层查获冰毒3.2公斤",
    "old seizure word": "边境支队半年缴毒逾半吨",
    "slang, electronic cigarettes": "兜售上头电子烟 五名青年在网吧落网",
    "laughing gas": "警方端掉笑气黑作坊 查扣气罐八百个",
    "new substance": "含依托咪酯烟弹流入校园周边 警方抓获三人",
    "goblin names": "“小树枝”“奶茶粉”都是毒品 民警进校讲识毒",
    "poppies": "护林员山沟里发现罂粟两百株 民警当场铲除",
    "poppy in food": "面馆汤底检出罂粟壳 老板被判缓刑",
    "trial": "运输海洛因途中翻车 两被告人一审被判无期徒刑",
    "medicine sold as a drug": "诊所违规倒卖曲马多 负责人犯贩卖毒品罪获刑",
    "treatment": "戒毒所里的第一堂木工课",
    "community": "社区康复专干十年劝回四十名吸毒人员",
    "prevention": "国际禁毒日前夕 两千名学生走进禁毒教育基地",
    "policy": "省禁毒委部署寄递渠道专项整治",
    "statistics": "去年全省新发现吸毒人员下降两成",
    "officer": "缉毒民警老周的二十三个除夕",
    "dog": "退役缉毒犬回到训导员身边",
    "drug driving found": "男子毒驾闯卡被当场控制",
    "hair test": "全县教师入职须毛发验毒",
    "precursors": "三省联手斩断易制毒化学品走私链",
    "traditional script": "澳門海關檢獲可卡因逾九公斤 兩名毒販被捕",
    "traditional, agency": "緝毒警察二十年如一日",
    "mixed script": "警方破獲跨境贩毒集團 拘七人",
    "Hong Kong spelling": "警方檢獲海洛英磚五十塊",
    "full width": "海关查获Ｋ粉两公斤",
    "Latin letters": "邮包里查出LSD邮票二十张",
    "not a film": "这不是电影 缉毒现场的七个小时",
    "medicine sold by a doctor": "诊所倒卖复方地芬诺酯片被端",
    "cough syrup": "止咳水成瘾少年偷光家里积蓄",
    "seedlings": "村支书带队上山铲毒苗",
    "old den": "港警夜袭毒窟 起获可卡因三公斤",
    "vapes of the undead": "丧尸烟弹流窜夜市 刑事局逮七人",
    "where it came from is not where it happened": "海关查获由哥伦比亚寄来的可卡因",
    "compulsory treatment": "强戒人员写给女儿的第一封信",
    "white powder bought": "男子连偷九车只为买白粉",
    "hair": "毛发检测揪出两名吸毒司机",
    "rule for entertainers": "演出行业协会：涉毒艺人不得重返舞台",
}

IRRELEVANT = {
    "virus": "新冠病毒变异株仍在监测中",
    "computer virus": "勒索病毒盯上医院系统 杀毒软件紧急更新",
    "food poisoning": "婚宴后三十人食物中毒送医",
    "gas mask": "消防员戴防毒面具进入仓库",
    "big trouble": "外援受伤 球队遇上大麻烦",
    "disinfection": "车站公布候车室消毒情况",
    "disinfectants": "超市消毒品柜台被抢空",
    "poison gas of make": "前线缴获美制毒气弹残骸",
    "sucking poison": "村民被蛇咬伤 同伴用嘴吸毒液",
    "cured poisonous bacon": "作坊用工业盐腌制毒腊肉被查",
    "uraemia": "尿毒症少年等到肾源",
    "syphilis": "孕检查出梅毒 及时治疗母婴平安",
    "poisoning crime": "男子往邻居鱼塘投毒被刑拘",
    "poisonous snake": "夜跑遇毒蛇 专家支招",
    "toxic playground": "学校“毒跑道”全部铲除",
    "figurative tumour": "斩断网络水军这颗毒瘤",
    "spiritual opium": "短视频是不是精神鸦片",
    "electronic drug": "家长把手机称作“电子毒品”",
    "opium war": "博物馆推出鸦片战争文物特展",
    "film": "警匪新剧定档 主演谈饰演卧底缉毒警",
    "film title": "《扫毒3》票房破亿 导演致谢观众",
    "doping": "短跑名将兴奋剂检测阳性遭禁赛",
    "smoking": "戒烟门诊教你应对复吸",
    "stimulant of study": "考完试的戒断反应",
    "hemp": "工业大麻种植企业披露年报",
    "sedative crime": "饮料里下迷药 男子涉嫌强奸被捕",
    "ruled out": "货车侧翻 司机已排除酒驾毒驾",
    "campaign by name": "周末夜查酒驾醉驾毒驾 全市设卡六十处",
    "vices": "业主公约写入拒绝黄赌毒",
    "abroad": "墨西哥毒枭越狱 美国发布通缉令",
    "abroad, celebrity": "韩国男星否认吸毒传闻",
    "town of Damagou": "大麻镇举办桑蚕文化节",
    "food": "天津大麻花登上非遗名录",
    "detective game": "桌游《毒枭之城》上线新角色",
    "anti-fraud tour": "反诈禁毒宣传走进夜市",
    "found clean": "醉汉经尿检未吸食毒品 因斗殴被拘",
    "plants of the family": "罂粟科植物在高原发现新种",
    "part in a series": "聊聊《孤城》里的毒贩",
    "like a drug": "毒品般的甜言蜜语",
    "series managed": "社区推出系列管理新举措",
    "cured meat": "商贩促销毒生姜被罚",
    "guard set up": "全市加强戒备迎接马拉松",
    "colour of lipstick": "这支罂粟红口红卖断货",
    "tea house": "麻古茶坊推出秋季新品",
    "mahjong": "涉麻将馆噪声投诉下降三成",
    "actor": "老戏骨演毒贩入木三分",
    "athlete": "田径运动员尿检阳性被除名",
    "pretender": "男子冒充缉毒警察骗取房租",
    "mistaken for it": "小区惊现毒品 原来是冰片",
    "followers": "博主靠方言吸粉百万",
    "gold mine": "矿山黄金失窃 三人被抓获",
    "empty": "",
}


@pytest.mark.parametrize("title", RELEVANT.values(), ids=RELEVANT.keys())
def test_headline_is_relevant(title: str) -> None:
    assert verdict(title).relevant, verdict(title)


@pytest.mark.parametrize("title", IRRELEVANT.values(), ids=IRRELEVANT.keys())
def test_headline_is_not_relevant(title: str) -> None:
    assert not verdict(title).relevant, verdict(title)


DIGEST = """省内新闻速览
两条高速公路通车
连接南北两市的两条高速公路昨日正式通车，沿线设服务区九处，预计年内还将新增充电桩三百个。
果农迎来丰收季
北部山区的苹果进入采摘期，合作社预计产量比去年略增，电商订单占到四成以上。
边检站查获一起体内藏毒案
日前，边检站民警在一名旅客体内查获海洛因四百余克，抓获犯罪嫌疑人两名，案件正在进一步侦办中。
图书馆延长开放时间
从下月起，市图书馆周末开放至晚上九点，并增设儿童阅览区。"""

PASSING = """全市平安建设工作会议昨日召开。会议总结了过去一年的工作，部署了反诈、禁毒、防溺水、消防安全等重点任务。
会议要求，各部门要压实责任，加强物业纠纷调解，推进老旧小区改造，完善停车管理，让群众有更多获得感。
会议强调，要抓好信访积案化解，健全网格员队伍，开展燃气隐患排查，做好高温天气用电保障。
与会代表还参观了社区食堂、共享书屋和养老驿站，并就加装电梯、垃圾分类等民生事项进行了讨论。"""

ABROAD = """当地时间11日，美国白宫宣布将对加勒比海的所谓“运毒船”继续采取军事行动。委内瑞拉政府谴责此举违反国际法。
美国媒体援引参议员的话说，政府没有提供任何证据，有关行动在议会引发争议。"""

VIRUS = """记者从省疾控中心获悉，本周流感病毒检测阳性率有所下降，主要流行毒株未见明显变异。
专家提醒，公共场所应做好通风消毒，出现发热症状应及时就医，避免自行服用抗病毒药物。"""

REPORT = """本报讯 昨日上午，市禁毒委召开新闻通气会，通报上半年全市禁毒工作情况。
上半年全市共破获毒品犯罪案件六十一起，抓获犯罪嫌疑人八十三名，缴获冰毒、海洛因等毒品四十余公斤。
强制隔离戒毒二百一十人，责令社区戒毒三百余人，吸毒人员总数连续三年下降。"""

TEXTS = {
    "digest with one brief": (DIGEST, True),
    "digest without it": (DIGEST[: DIGEST.index("边检站")], False),
    "passing mention": (PASSING, False),
    "abroad": (ABROAD, False),
    "virus": (VIRUS, False),
    "report": (REPORT, True),
    "prevention with film and games": (
        "昨晚，村里的露天电影开映前，志愿者先播放禁毒影片，带着观众做识毒游戏，讲解新型毒品的伪装和危害，现场发放禁毒手册三百份。",
        True,
    ),
    "epidemic beside the work": (
        "疫情防控期间，禁毒大队民警改用视频回访社区戒毒人员，半年来走访吸毒人员家庭四十户，送去口罩和消毒液。",
        True,
    ),
    "charge among others": (
        "市中级人民法院昨日对一黑社会性质组织案公开宣判。法院查明，该组织长期盘踞建材市场，实施故意伤害、敲诈勒索、开设赌场、"
        "容留他人吸毒、非法拘禁等犯罪，严重破坏当地经济社会生活秩序。主犯数罪并罚，被判处有期徒刑二十五年。",
        False,
    ),
    "court record": (
        "经审理查明，被告人某甲先后三次向他人贩卖甲基苯丙胺共计零点九克，从其住处查获可疑晶体两小包，净重一点二克。",
        True,
    ),
}


@pytest.mark.parametrize(("text", "relevant"), TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("title", ["", "今日要闻"])
def test_text(title: str, text: str, *, relevant: bool) -> None:
    assert verdict(title, text).relevant is relevant, verdict(title, text)


def test_a_video_s_caption_says_nothing_against_its_headline() -> None:
    assert verdict("缉毒警察抓捕毒贩现场", "点击播放，时长一分半。").relevant
    assert not verdict("缉毒警察抓捕毒贩现场", "本期节目介绍山野菜的采摘和烹饪。" * 20).relevant


def test_traditional_script_is_judged_like_simplified() -> None:
    simplified = verdict("缉毒警察破获贩毒集团", "警方在货柜中检获可卡因两百公斤，拘捕四名男子。")
    traditional = verdict("緝毒警察破獲販毒集團", "警方在貨櫃中檢獲可卡因兩百公斤，拘捕四名男子。")
    assert (simplified.relevant, simplified.score, simplified.category) == (
        traditional.relevant,
        traditional.score,
        traditional.category,
    )


def test_evidence_quotes_the_page() -> None:
    title, text = "緝毒犬立功", DIGEST
    found = verdict(title, text)
    assert found.evidence
    for shown in found.evidence:
        source = title if shown.where == "title" else text
        assert len(source[shown.start : shown.end]) == len(shown.term)
        assert shown.why
    assert any(shown.term == "缉毒犬" and shown.where == "title" for shown in found.evidence)
    assert any(text[shown.start : shown.end] == "海洛因" for shown in found.evidence if shown.where == "text")


def test_contexts_against_are_shown() -> None:
    against = [shown for shown in verdict("新剧定档 主演饰演缉毒警").evidence if shown.weight < 0]
    assert {shown.why for shown in against} == {"反证：影视游戏 context against: film, series, game"}


CATEGORIES = {
    "enforcement": "海关在邮包中查获冰毒两公斤 抓获三人",
    "trial": "贩卖毒品罪成立 被告人一审获刑十五年",
    "control_treatment": "强制隔离戒毒所里的戒毒人员拿到技能证书",
    "prevention": "国际禁毒日 多地开展禁毒宣传活动",
    "policy": "省政府印发加强禁毒工作的意见",
    "statistics": "全省毒情形势报告发布 新发现吸毒人员同比下降",
    "people": "缉毒英雄因公牺牲 追授一等功",
    "international": "联合国麻醉品委员会举行会议 中方代表阐述禁毒合作立场",
}


@pytest.mark.parametrize(("category", "title"), CATEGORIES.items(), ids=CATEGORIES.keys())
def test_category(category: str, title: str) -> None:
    assert verdict(title).category == category


STORIES = [
    (
        "statistics",
        "前三季度全国破获毒品犯罪案件近6万起",
        "公安部今天发布数据，前三季度全国公安机关共破获毒品犯罪案件5.9万起，抓获犯罪嫌疑人7.8万名，缴获各类毒品32吨，同比均有明显下降。",
    ),
    (
        "statistics",
        "我国现有吸毒人员数量连续五年下降",
        "国家禁毒办介绍，截至去年底，全国现有吸毒人员九十余万名，同比下降20%，戒断三年未发现复吸人员达到四百多万。",
    ),
    (
        "statistics",
        "云南上半年缴毒13吨",
        "记者从云南省禁毒委获悉，今年上半年全省共破获毒品案件八千余起，缴获毒品13吨，占全国缴毒总量的七成。",
    ),
    (
        "enforcement",
        "广东警方摧毁特大制贩毒网络",
        "广东警方日前出动五百余名警力，在汕尾、揭阳同时收网，捣毁制毒工厂三处，抓获犯罪嫌疑人四十五名，缴获冰毒成品一吨多。",
    ),
    (
        "enforcement",
        "重大涉毒逃犯从境外押解回国",
        "在公安部统一部署下，潜逃境外六年的重大涉毒逃犯今天被押解回国。",
    ),
    (
        "enforcement",
        "多地集中销毁毒品",
        "国际禁毒日前夕，云南、广东两地公安机关集中销毁近年来缴获的毒品共计六吨。",
    ),
    (
        "trial",
        "武汉一特大贩毒案宣判",
        "武汉市中级人民法院今天对一起特大跨省贩毒案公开宣判，以贩卖、运输毒品罪判处三名主犯死刑，剥夺政治权利终身。",
    ),
    (
        "trial",
        "",
        "公诉机关指控：2016年3月，被告人张某在出租房内两次向吸毒人员王某出售甲基苯丙胺0.5克，得款300元。同年4月1日，公安民警将其抓获，当场查获毒品可疑物3包，净重2.4克。",
    ),
    (
        "trial",
        "",
        "某某县人民检察院指控，被告人李某从网上购买冰毒20克，藏于家中，后被公安机关查获。经鉴定，检出甲基苯丙胺成分。被告人李某对指控事实无异议。",
    ),
    (
        "policy",
        "国家禁毒办部署打击制毒犯罪专项行动",
        "国家禁毒办今天召开电视电话会议，部署自即日起在全国开展打击制毒犯罪专项行动，要求各地严查易制毒化学品流向。",
    ),
    (
        "policy",
        "三部门将十种物质列入管制",
        "公安部、国家卫健委、国家药监局联合发布公告，自下月起将依托咪酯等列入第二类精神药品目录。",
    ),
    (
        "policy",
        "修订后的禁毒条例下月施行",
        "省人大常委会表决通过新修订的禁毒条例，明确寄递企业和娱乐场所的禁毒责任，自下月1日起施行。",
    ),
    (
        "policy",
        "全国人大常委会审议禁毒法草案",
        "十届全国人大常委会今天分组审议禁毒法草案，委员们建议进一步明确社区戒毒的法律责任。",
    ),
    (
        "prevention",
        "全国青少年禁毒知识竞赛启动",
        "国家禁毒办等部门今天启动全国学生禁毒知识竞赛，预计参赛学生超过一亿人次。",
    ),
    (
        "prevention",
        "各地开展国际禁毒日宣传活动",
        "今天是国际禁毒日，北京、上海、四川等地通过展览、文艺演出、志愿服务等形式宣传禁毒知识，提高群众识毒防毒意识。",
    ),
    (
        "prevention",
        "禁毒流动展览走进西部校园",
        "一辆装有仿真毒品模型的流动展览车今天开进青海牧区小学，民警向孩子们讲解新型毒品的伪装和危害。",
    ),
    (
        "people",
        "缉毒英雄张从顺：一门忠烈",
        "二十多年前，张从顺在缉毒战斗中为保护战友壮烈牺牲。如今他的儿子接过父亲的警号，继续战斗在缉毒一线。",
    ),
    (
        "people",
        "李建国：大山深处的禁毒尖兵",
        "从警二十五年，李建国参与侦破毒品案件五百余起，三次负伤，荣立一等功。妻子说，他最亏欠的是家人。",
    ),
    (
        "control_treatment",
        "全国社区戒毒社区康复工作站超三万个",
        "国家禁毒办介绍，各地建立社区戒毒社区康复工作站三万多个，配备专职社工十万人，帮助戒毒人员就业四十万人。",
    ),
    (
        "control_treatment",
        "强制隔离戒毒所办起职业学校",
        "在这家强制隔离戒毒所，戒毒人员学习烹饪、汽修，考取职业资格证书，走出高墙后有了一技之长。",
    ),
    (
        "international",
        "联合国麻醉品委员会会议 中国代表发言",
        "中国代表在会上表示，中国愿同各国加强禁毒国际合作，共同应对世界毒品问题。",
    ),
    (
        "international",
        "东亚次区域禁毒谅解备忘录签约国部长级会议召开",
        "中国、缅甸、老挝、泰国等签约国代表通过联合声明，将深化大湄公河次区域禁毒合作。",
    ),
]
BRIEFS = "果园迎来丰收\n今年苹果产量增加，合作社统一销售，农户收入提高。\n{}\n{}\n高铁新线开通\n连接两地的高铁新线昨日开通运营。"


@pytest.mark.parametrize(
    ("category", "title", "text"), STORIES, ids=[row[1] or row[2][:8] for row in STORIES]
)
def test_category_of_a_report_and_of_the_same_brief_in_a_digest(category: str, title: str, text: str) -> None:
    assert verdict(title, text).category == category
    assert verdict("今日要闻", BRIEFS.format(title, text)).category == category


def test_what_is_not_relevant_has_no_category_or_place() -> None:
    found = verdict("兰州新剧定档 主演饰演缉毒警")
    assert (found.relevant, found.category, found.province, found.places) == (False, None, None, ())


def test_place_is_the_story_s_own() -> None:
    found = verdict("", "本报讯 甘肃省兰州市城关区警方日前破获一起贩毒案，缴获海洛因两公斤。")
    assert (found.province, found.places) == ("甘肃", ("甘肃省兰州市城关区",))


def test_a_long_repeated_text_is_judged() -> None:
    assert verdict("", "海关查获毒品。" * 20_000).relevant
    assert not verdict("", "新冠病毒消毒情况。" * 20_000).relevant


REAL = Path(__file__).parent.parent.parent / "shared" / "eval"


@pytest.mark.skipif(not REAL.is_dir(), reason="the labelled rows are not beside this checkout")
@pytest.mark.parametrize(
    ("file", "floor"), [("headlines-dev.jsonl", 0.95), ("texts-dev.jsonl", 0.98)], ids=["headlines", "texts"]
)
def test_real_rows_are_judged_as_well_as_promised(file: str, floor: float) -> None:
    rows = [json.loads(line) for line in (REAL / file).read_text("utf-8").splitlines()]
    said, wanted, sorted_right = set(), set(), []
    for row in rows:
        found = verdict(row["title"] or "", row.get("text") or "")
        if row["label"] == "borderline":
            continue
        said |= {row["id"]} if found.relevant else set()
        if row["label"] == "positive":
            wanted.add(row["id"])
            sorted_right.append(found.category == row.get("category", found.category))
    assert len(said & wanted) / len(said) >= floor
    assert len(said & wanted) / len(wanted) >= floor
    assert sum(sorted_right) / len(sorted_right) >= 0.90
