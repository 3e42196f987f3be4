"""What a number counts: invented police reports, and the figures drawn from them."""

import pytest

from tests.drawing import draw, line

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
    "some_of_them_found_work": (
        "全镇现有社区戒毒人员86名，驿站已帮助其中41人就业。",
        ["community_detox 86 person stock"],
    ),
    "oil_of_the_only_drug_told": (
        "打掉贩卖含依托咪酯烟油的毒贩团伙，缴获烟油1.6公斤。",
        ["drugs_seized 1600 gram etomidate"],
    ),
    "found_in_the_body_of": ("她查出体内藏毒人员四名。", ["suspects_arrested 4 person"]),
    "raw_material_in_powder": ("起出毒品原料粉末12.4公斤。", ["precursors_seized 12400 gram precursor"]),
    "half_a_kilo_and_a_kilo_and_a_half": (
        "缴获冰毒半公斤、麻古一公斤半、罂粟壳3两。",
        [
            "drugs_seized 500 gram methamphetamine",
            "drugs_seized 1500 gram magu",
            "drugs_seized 150 gram poppy",
        ],
    ),
    "semi_finished_is_no_half": (
        "缴获冰毒3公斤半成品20公斤。",
        ["drugs_seized 3000 gram methamphetamine", "drugs_seized 20000 gram methamphetamine"],
    ),
    "currency_before_the_number": (
        "查扣安非他命3公斤，市价约新台币800万元，现金港币50万元。",
        [
            "drugs_seized 3000 gram methamphetamine",
            "money_seized 8000000 twd about methamphetamine",
            "money_seized 500000 hkd methamphetamine",
        ],
    ),
    "plants_behind_a_comma_and_their_area": (
        "发现非法种植的罂粟，当场铲除2136株，面积约0.6亩。",
        ["plants_eradicated 2136 plant poppy", "plants_eradicated 0.6 mu about poppy"],
    ),
    "found_to_use": ("禁毒民警经毛发检测，查出7人涉嫌吸毒。", ["drug_users_found 7 person flow"]),
    "what_was_found_in_the_powder_later": (
        "从其住处查获毒品可疑物白色晶体7包，共计净重18.9克。经鉴定，白色晶体检出甲基苯丙胺成分。",
        ["drugs_seized 7 packet methamphetamine", "drugs_seized 18.9 gram methamphetamine"],
    ),
    "oil_of_the_same_kind": (
        "查获含依托咪酯成分的烟弹1240个、烟油3.2升。",
        ["drugs_seized 1240 piece etomidate", "drugs_seized 3.2 litre etomidate"],
    ),
    "a_whole_and_its_parts": (
        "全区缴获毒品1.36吨，其中冰毒412公斤、海洛因285公斤。",
        [
            "drugs_seized 1360000 gram mixed",
            "drugs_seized 412000 gram methamphetamine",
            "drugs_seized 285000 gram heroin",
        ],
    ),
    "a_gang_and_whose": (
        "摧毁一个以赵某为首的制贩毒团伙，抓获犯罪嫌疑人8名。",
        ["gangs_dismantled 1 gang", "suspects_arrested 8 person"],
    ),
    "bricks": (
        "查扣海洛因磚12塊（毛重4.3公斤）。",
        ["drugs_seized 12 piece heroin", "drugs_seized 4300 gram heroin"],
    ),
    "one_person_in_a_list": (
        "责令吸毒人员社区戒毒5人、社区康复1人。",
        ["community_detox 5 person flow", "community_rehab 1 person flow"],
    ),
    "cars_beside_people_caught": (
        "贩毒案告破，抓获犯罪嫌疑人42人，查扣汽车6辆。",
        ["suspects_arrested 42 person", "vehicles_seized 6 vehicle"],
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
    "at_the_moment_of_catching": "抓捕一名持枪毒贩时，他中弹牺牲。",
    "a_car_something_was_found_in": "禁毒民警在一辆满载玉米的货车中查获毒品。",
    "one_or_two": "每年都有一两名毒贩漏网。",
    "the_utmost_fine": "贩运危险药物一经定罪，最高可被判罚款500万元。",
    "drivers_found_clean": "交警排除酒驾毒驾，司机被处罚款200元。",
    "a_car_that_was_only_there": "警犬查获过毒品。它在一辆满载香蕉的货车前坐下。",
    "nothing_of_drugs": "全县抓获违法人员30名，扣押货车3辆。",
    "no_text": "",
}


@pytest.mark.parametrize(("text", "expected"), FIGURES.values(), ids=FIGURES.keys())
def test_figures_are_drawn(text: str, expected: list[str]) -> None:
    assert [line(fact) for fact in draw(text)] == expected


@pytest.mark.parametrize("text", NO_FIGURES.values(), ids=NO_FIGURES.keys())
def test_what_is_no_figure_is_left_out(text: str) -> None:
    assert [line(fact) for fact in draw(text) if fact.measure != "other"] == []


@pytest.mark.parametrize("text", [text for text, _ in FIGURES.values()], ids=FIGURES.keys())
def test_evidence_quotes_the_page(text: str) -> None:
    for fact in draw(f"　{text}"):
        assert fact.evidence == f"　{text}"[fact.start : fact.end] != ""
