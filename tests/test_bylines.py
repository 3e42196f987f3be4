"""Labels, names, datelines and times in the forms that Chinese portals print, with names of our own."""

from datetime import datetime

import pytest

from crawler.reading.bylines import byline_names, is_byline, reporters, signature
from crawler.reading.dates import exact, in_address, in_identifier, moments
from crawler.reading.labels import labels
from crawler.reading.names import people
from crawler.reading.sources import source_name
from storage import SHANGHAI

NOW = datetime(2026, 1, 1, tzinfo=SHANGHAI)

LABELLED = {
    "20-06-15 17:53 来源:青川网 编辑:柳青": {"source": "青川网", "editor": ["柳青"]},
    "2009-06-24 14:43:26 来源:北岭网-龙川晨报  作者:王锐 马天": {
        "source": "北岭网-龙川晨报",
        "author": ["王锐", "马天"],
    },
    "責任編輯:姜周": {"editor": ["姜周"]},
    "时间：2024-10-25 08:03:30　 来源：河岸日报　 作者：": {"source": "河岸日报", "author": []},
    "编辑：倪仕   责任编辑：杨小格": {"editor": ["倪仕", "杨小格"]},
    "作者：曹雷 来源:东岭网 选稿：曾炟": {"author": ["曹雷"], "source": "东岭网", "editor": ["曾炟"]},
    "【编辑】：张小静 【责任编辑】：邹炜": {"editor": ["张小静", "邹炜"]},
    "编辑: 戴云 责任编辑: 孙亮": {"editor": ["戴云", "孙亮"]},
    "责编：兰宇 一审：兰宇 二审：印帆 来源：河岸在线": {
        "editor": ["兰宇", "兰宇", "印帆"],
        "source": "河岸在线",
    },
    "来源:河岸禁毒 责任编辑: 发布时间:2025/4/17 17:02:36 阅读次数:": {"source": "河岸禁毒", "editor": []},
    "【时间：2020-01-01】【来源：南湖日报】【作者：李三】【编辑：王五】": {
        "source": "南湖日报",
        "author": ["李三"],
        "editor": ["王五"],
    },
    "(责编：李琳、褚小嘉)": {"editor": ["李琳", "褚小嘉"]},
    "2022-06-27 09:13:33来源:某通社": {"source": "某通社"},
    "来源: 清溪日报 【字体:": {"source": "清溪日报"},
    "来源:大江网  作者:王小磊 2018-01-24 05:39:54 字号:A- A+": {"source": "大江网", "author": ["王小磊"]},
    "来源:警事儿微信公众号 作者:": {"source": "警事儿微信公众号", "author": []},
    "来源：云岭日报 作者：记者 张三 通讯员 李四": {"source": "云岭日报", "author": ["张三", "李四"]},
    "作者：张 三 李四光 编辑：王 五": {"author": ["张三", "李四光"], "editor": ["王五"]},
    "作者：张三、李四/文 王五/图": {"author": ["张三", "李四"]},
    "来　　源：法治河岸": {"source": "法治河岸"},
    "来源 | 平安东岭": {"source": "平安东岭"},
    "编辑 周小禾 ｜ 排版 魏蔚": {"editor": ["周小禾"]},
    "责任编辑 杨倩_NF0001": {"editor": ["杨倩"]},
    "[责编 celiahe]": {"editor": ["celiahe"]},
    "（河岸网编辑 孙芳）": {"editor": ["孙芳"]},
    "责任编辑：杨倩_NF0001": {"editor": ["杨倩"]},
    "[责任编辑：韩林 PK001]": {"editor": ["韩林"]},
    "（编辑：SN001）": {"editor": []},
    "来源：青川报业(广州)": {"source": "青川报业"},
    "来源：转载文章": {"source": None},
    "(来源：某通社，记者张三、李四)": {"source": "某通社"},
    "来源：晨光网-《晨光日报》": {"source": "晨光网-《晨光日报》"},
    "作者：林远河岸大学法学院教授": {"author": []},
    "作者：方明北京大学教授": {"author": ["方明"]},
    "作者：河岸研究院研究员、副院长徐望": {"author": ["徐望"]},
}


@pytest.mark.parametrize("line", LABELLED)
def test_labels(line: str) -> None:
    read: dict[str, object] = {}
    for one in labels(line):
        if one.role == "source":
            read["source"] = source_name(one.value)
        elif one.role != "other":
            names = read.setdefault(one.role, [])
            assert isinstance(names, list)
            names.extend(people(one.value))
    assert read == LABELLED[line]


REPORTERS = {
    "青川网6月15日讯(本网记者 陶知远 文/图)今天，民警": ["陶知远"],
    "北岭网6月24日讯 今天": [],
    "某报讯 (记者黄璐、通讯员刘旻、汪锦)今天": ["黄璐", "刘旻", "汪锦"],
    "河岸信息港讯 记者合宇 今天上午": ["合宇"],
    "东岭网记者曹雷5月13日报道：今天": ["曹雷"],
    "某通社清溪5月12日电（记者柯望舒、印棠）一座": ["柯望舒", "印棠"],
    "本报清溪6月26日讯（新青川·青川日报记者 张三）昨日": ["张三"],
    "某新网清溪6月26日电 (冯志 张婧)记者": ["冯志", "张婧"],
    "西岭网讯（记者马伊宁报道）近日": ["马伊宁"],
    "西岭网讯(记者 阿依努尔·买买提 摄影报道)": ["阿依努尔·买买提"],
    "记者从河岸省公安厅获悉，今天": [],
    "记者张三在现场看到，今天": [],
    "民警告诉记者，今天他们看到了": [],
    "（实习生王小金对此文亦有贡献）": [],
}


@pytest.mark.parametrize("paragraph", REPORTERS)
def test_reporters(paragraph: str) -> None:
    assert list(reporters(paragraph)) == REPORTERS[paragraph]


BYLINES = {
    "本报记者 张三": ["张三"],
    "●本报记者张三": ["张三"],
    "□ 法治日报记者 张三 □ 法治日报通讯员 李四": ["张三", "李四"],
    "（记者 丁丁）": ["丁丁"],
    "文/图 张三": ["张三"],
    "文/张三 图/李四": ["张三"],
    "张三 李四/文": ["张三", "李四"],
    "文｜财经社 余聪": ["余聪"],
    "执笔/叨叨姐、胡一刀&李小飞刀": ["叨叨姐", "胡一刀", "李小飞刀"],
    "《棱角》作者 周纯": ["周纯"],
    "中青报·中青网记者 魏小濛 来源：中青报": ["魏小濛"],
    "整合 青川日报·交汇点记者 徐睿": ["徐睿"],
    "齐河晚报·齐河壹点记者 张三 通讯员 李四 王五": ["张三", "李四", "王五"],
    "某京报记者 彭冲 清溪报道": ["彭冲"],
    "【文/ 翟东，整理/ 唐晓】": ["翟东"],
}


@pytest.mark.parametrize("line", BYLINES)
def test_bylines(line: str) -> None:
    assert is_byline(line)
    assert list(byline_names(line)) == BYLINES[line]


@pytest.mark.parametrize(
    "line",
    ["民警告诉记者，案件正在侦办。", "记者了解到", "作者的话", "2024年6月1日", "来源不明的毒品流入市场"],
)
def test_no_byline(line: str) -> None:
    assert not is_byline(line)


SIGNATURES = {
    "……将继续开展行动。（钟才文）": ["钟才文"],
    "难道不都是如此吗？”（姚峰 清溪报道）": ["姚峰"],
    "更亮、成色更足。（青川日报评论员）": [],
    "他说，“不会。”（化名）": [],
}


@pytest.mark.parametrize("paragraph", SIGNATURES)
def test_signatures(paragraph: str) -> None:
    assert list(signature(paragraph)) == SIGNATURES[paragraph]


TIMES = {
    "20-06-15 17:53 来源:青川网": "2020-06-15 17:53",
    "2005.08.2605:39": "2005-08-26 05:39",
    "2024 05/09 22:27:02": "2024-05-09 22:27",
    "2019年06月15日08:18 来源": "2019-06-15 08:18",
    "2019-4-1 21:55": "2019-04-01 21:55",
    "发布时间:2025/4/17 17:02:36 阅读": "2025-04-17 17:02",
    "2024-05-13T00:49:00Z": "2024-05-13 08:49",
    "2024-10-28 10:25:36:0": "2024-10-28 10:25",
    "2019年1月2日 下午3:20": "2019-01-02 15:20",
    "2013年03月21日 14时22分00秒": "2013-03-21 14:22",
    "2019-03-06": "2019-03-06 00:00",
    "2026-38-15": None,
    "最后更新: 2019-09-07 15:14:21": None,
    "2019-2020年": None,
    "2031-01-01 10:00": None,
    "电话 0931-20-06-15": None,
}


@pytest.mark.parametrize("text", TIMES)
def test_times(text: str) -> None:
    moment = next(moments(text, latest=NOW), None)
    assert (f"{moment.at:%Y-%m-%d %H:%M}" if moment else None) == TIMES[text]


ADDRESSES = {
    "http://a.example/system/2020/06/15/012405022.shtml": "2020-06-15",
    "http://a.example/202006/t20200615_123.html": "2020-06-15",
    "http://a.example/2020-06/15/content_1.htm": "2020-06-15",
    "http://a.example/n1/2019/0615/c1-2.html": "2019-06-15",
    "http://a.example/202512/31030619.html": None,
    "http://a.example/p/567712.html": None,
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_days_in_addresses(url: str) -> None:
    moment = in_address(url, latest=NOW)
    assert (f"{moment.at:%Y-%m-%d}" if moment else None) == ADDRESSES[url]


def test_a_compact_value_is_a_time() -> None:
    moment = exact("20240601083000", latest=NOW)
    assert moment is not None
    assert f"{moment.at:%Y-%m-%d %H:%M}" == "2024-06-01 08:30"


IDENTIFIERS = {
    "http://a.example/newgx5d08ee1f-18440000.shtml": "2019-06-18 21:58",
    "https://j.a.example/p/1716193079034519": "2024-05-20 16:17",
    "https://a.example/s5f1a2b3c4d5e6f7081920a1b.shtml": "2020-07-24 08:28",
    "https://a.example/show/567712.html": None,
    "https://a.example/p/9716193079034519": None,
}


@pytest.mark.parametrize("url", IDENTIFIERS)
def test_times_in_identifiers(url: str) -> None:
    moment = in_identifier(url, latest=NOW)
    assert (f"{moment.at:%Y-%m-%d %H:%M}" if moment else None) == IDENTIFIERS[url]
