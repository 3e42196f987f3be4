"""Telling the names of people and of media apart in a byline."""

import re

# The surnames of nearly all Chinese people (national name reports); a name without a label must begin with one.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾"
    "毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻"
    "祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠"
    "荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭"
    "况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由暨轩幺虎衷"
    "張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉蘇魏呂盧鐘譚陸範賈韋鄒閆龍陶賀顧龔邵萬錢嚴湯溫樊齊喬龐顏莊聶魯嶽歐關蘭凌畢單紀蓋蘆駱藍簡車項連"
)  # fmt: skip
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "令狐", "夏侯", "慕容", "端木", "公孙", "独孤", "南宫", "歐陽")  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff〇]+")
_PEOPLE = re.compile(r"[\u3400-\u9fff]{1,8}(?:[·•・‧][\u3400-\u9fff]{1,10}){1,3}")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'_\-]{1,20}(?: [A-Z][A-Za-z.'\-]{1,20}){0,2}")
_MEDIA = re.compile(
    r"(?:报|网|社|刊|台|号|客户端|新闻|在线|频道|日报|晚报|晨报|周刊|杂志|传媒|融媒|媒体|电视|广播|央视|微博|微信|视频|财经|资讯|观察|发布|中心|"
    r"编辑部|评论员?|公司|集团|协会|学会|委|办|厅|局|处|部|院|校|大学|学院|政府|法院|检察院|公安|警方|支队|大队|总队|平安|禁毒|通讯|周报|头条|号外|消息|版|通讯社|報|網|臺|電視|新聞|頻道|傳媒)$"
)
_ROLE = re.compile(
    r"^(?:本报|本网|本台|本刊|本社|全媒体|融媒体|首席|特约|特派|见习|实习|驻[\u3400-\u9fff]{1,4}|总台|央视|通讯员|报道员|记者|实习生|编辑|作者|文|图|摄影|撰文|整理|综合|"
    r"主任|高级|资深|评论员)+(?:[:：/／]|$)?"
)
_NO_PERSON = (
    "记者 記者 編輯 通訊員 通讯员 编辑 作者 佚名 匿名 网络 综合 未知 本报 本网 本站 转载 原创 来源 责任 无 不详 报道 摄影 供稿 文字 图片 视频 整理 校对 审核 打印 分享 举报 收藏 "
    "微博 微信 评论 字体 字号 大中小 关闭 更多 首页 正文 管理员 小编 文图 图文 编者 详细 点击 阅读 浏览 独家 编译 北京 上海 天津 重庆 广州 深圳 网友 "
    "新闻 要闻 财经 体育 娱乐 科技 汽车 房产 教育 健康 时尚 旅游 军事 文化 历史 游戏 视频 图片 直播 社会 国际 国内 时政 评论员 责编 美编 "
    "实习生 记者团 采写 采编 编审 全文 登录 注册 搜索 关注 订阅 下载 客户端 原标题 上一篇 下一篇 相关 上一期 下一期 放大 缩小 默认 朗读 录入 发布者 admin administrator root webmaster editor netease "
    "办公室 宣传科 宣教科 政工科 政治处 秘书科 综合科 研究室 通讯组 通联部 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天"
)
_NOT_NAMES = frozenset(_NO_PERSON.split())
_SENTENCE_WORDS = re.compile(
    r"[的了是在从据被把]|[上下]一|进入|今[天日晨晚]|昨[天日晚]|日前|近日|上午|下午|晚上|获悉|报道|表示|介绍|走|记者|编辑|作者|来源|时间|点击|阅读|本文|文章|推荐|新闻|查看|简介"
)
# 「某某/图」 took the picture, 「某某/文」 wrote.
_PHOTOGRAPHER = re.compile(
    r"[\u3400-\u9fff·]{2,8}\s*[/／]\s*(?:图|摄影?)(?![\u3400-\u9fff/／])|[/／]\s*文(?=\s|$|[，、])"
)
_MEDIUM_BEFORE = re.compile(
    r"^(?P<medium>[\u3400-\u9fffA-Za-z]{2,8})[ \u3000](?P<name>[\u3400-\u9fff]{2,3})$"
)
_TRAILING = re.compile(r"(?:[_\s]*[A-Za-z]{0,4}\d{2,}.*|[（(【\[][^）)】\]]*[）)】\]]?|[_\s]+[A-Z]{1,6}\d*)$")
_SEPARATORS = re.compile(r"[\s\u3000、,，;；|｜/／&＆+]+|(?<=[\u3400-\u9fff])[和与](?=[\u3400-\u9fff]{2,3}$)")
_AFFILIATION = re.compile(
    r"(?:研究员|教授|院长|主任|部长|会长|秘书长|博士|博士后|讲师|学者|主席|所长|局长|处长|委员|专家|分析师|律师|作家|评论员|负责人|总裁|经理|院士|书记|记者)"
    r"(?P<name>[\u3400-\u9fff]{2,3})$"
)
_PLACE_AFTER = re.compile(
    r"^(?P<name>[\u3400-\u9fff]{2,3})(?=(?:北京|上海|天津|重庆|中国|国家|中央|南京|武汉|广东|浙江|江苏|山东|四川|清华|复旦|系|为|单位|来自)[\u3400-\u9fff]{2,})"
)


def _names_somebody(word: str) -> bool:
    """Whether a pen name may be meant, and not the words of a sentence."""
    return not _SENTENCE_WORDS.search(word) and not _MEDIA.search(word)


def looks_like_person(text: str) -> bool:
    """Whether a bare word reads as a person's name: a surname and one or two more characters, or a name with ·."""
    if text in _NOT_NAMES:
        return False
    if _PEOPLE.fullmatch(text):
        return True
    if not _HAN.fullmatch(text):
        return False
    if text.startswith(_COMPOUND):
        return 3 <= len(text) <= 4
    return 2 <= len(text) <= 3 and text[0] in _SURNAMES and not _MEDIA.search(text)


def looks_like_medium(text: str) -> bool:
    """Whether a word reads as the name of a newspaper, site, station, office."""
    return bool(_MEDIA.search(text)) and text not in _NOT_NAMES and 2 <= len(text) <= 30


def people(value: str, *, labelled: bool = True) -> tuple[str, ...]:
    """The people named in the value of a label, or (unlabelled) only if every word of it is a person's name."""
    value = _MEDIUM_BEFORE.sub(_without_medium, value.strip())
    names = [
        name
        for token in _tokens(_PHOTOGRAPHER.sub(" ", value))
        if (name := _name(token, labelled=labelled)) is not None
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _without_medium(match: re.Match[str]) -> str:
    """A medium before a single name (「某社 某某」) is no second person."""
    medium, name = match.group("medium"), match.group("name")
    return name if looks_like_person(name) and not looks_like_person(medium) else match.group()


def _tokens(value: str) -> list[str]:
    """Split a value into words and put spaced-out names (李 琳) together again."""
    raw = [token for token in _SEPARATORS.split(value.strip()) if token]
    tokens: list[str] = []
    single = False
    for token in raw:
        one = len(token) == 1 and bool(_HAN.fullmatch(token))
        if tokens and ((one and single) or (tokens[-1] in _COMPOUND and len(token) <= 2)):
            tokens[-1] += token
            single = False
        else:
            tokens.append(token)
            single = one
    return tokens


def _name(token: str, *, labelled: bool) -> str | None:
    word = _ROLE.sub("", _TRAILING.sub("", token).strip("：:．.。;；】]）)（(【[“”\"'《》-—_*■●◎·"))
    if not word or word.lower() in _NOT_NAMES:
        return None
    if looks_like_person(word):
        return word
    if not labelled:
        return None
    return _labelled_name(word)


def _labelled_name(word: str) -> str | None:
    """Behind a label a pen name passes too, but neither an office nor a sentence."""
    if (match := _AFFILIATION.search(word)) or (match := _PLACE_AFTER.match(word)):
        return match.group("name")
    if _PEOPLE.fullmatch(word) or _LATIN.fullmatch(word):
        return word
    if _HAN.fullmatch(word) and 2 <= len(word) <= 4 and _names_somebody(word):
        return word
    return None
