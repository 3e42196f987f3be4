"""What became of a text, sentence by sentence and letter by letter."""

import pytest

from storage import Rewording, compare_texts

OLD = "3月1日，县公安局查获海洛因5公斤，抓获犯罪嫌疑人6名。案件正在侦办。\n该团伙非法获利96万元。\n群众可以拨打电话举报线索。"


def marked(difference: Rewording) -> str:
    """The sentences in one line: [-gone-], {+come+}, ~moved~."""
    parts = []
    for sentence in difference.sentences:
        drawn = "".join(
            {"same": piece.text, "removed": f"[-{piece.text}-]", "added": f"{{+{piece.text}+}}"}[piece.kind]
            for piece in sentence.pieces
        )
        parts.append(f"~{drawn}~" if sentence.kind == "moved" else drawn)
    return "".join(parts)


CASES = {
    "nothing": (OLD, OLD.replace("\n", "")),
    "a figure whole": (
        OLD.replace("96", "106"),
        "3月1日，县公安局查获海洛因5公斤，抓获犯罪嫌疑人6名。案件正在侦办。该团伙非法获利[-96-]{+106+}万元。群众可以拨打电话举报线索。",
    ),
    "a sentence added": (
        OLD + "\n警方将继续深挖。",
        OLD.replace("\n", "") + "{+警方将继续深挖。+}",
    ),
    "a sentence removed": (
        OLD.replace("案件正在侦办。", ""),
        OLD.replace("\n", "").replace("案件正在侦办。", "[-案件正在侦办。-]"),
    ),
    "a paragraph moved is no noise": (
        "群众可以拨打电话举报线索。\n" + OLD.removesuffix("\n群众可以拨打电话举报线索。"),
        "~群众可以拨打电话举报线索。~" + OLD.replace("\n", "").removesuffix("群众可以拨打电话举报线索。"),
    ),
    "moved and changed": (
        "群众可以拨打电话举报线索。\n3月1日，县公安局查获海洛因15公斤，抓获犯罪嫌疑人6名。案件正在侦办。\n该团伙非法获利96万元。",
        "~群众可以拨打电话举报线索。~3月1日，县公安局查获海洛因[-5-]{+15+}公斤，抓获犯罪嫌疑人6名。案件正在侦办。该团伙非法获利96万元。",
    ),
    "all gone": ("", "".join(f"[-{part}。-]" for part in OLD.replace("\n", "").split("。")[:-1])),
    "paragraphs joined": (OLD.replace("\n", ""), OLD.replace("\n", "")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_difference_can_be_read(name: str) -> None:
    new, wanted = CASES[name]
    assert marked(compare_texts(("", OLD), ("", new))) == wanted


@pytest.mark.parametrize("name", CASES)
def test_a_difference_holds_the_whole_new_text(name: str) -> None:
    new, _ = CASES[name]
    difference = compare_texts(("", OLD), ("", new))
    kept = "".join(
        piece.text for one in difference.sentences for piece in one.pieces if piece.kind != "removed"
    )
    assert kept == new.replace("\n", "")
    is_same = {one.kind for one in difference.sentences} <= {"same"}
    assert is_same == (new.replace("\n", "") == OLD.replace("\n", ""))


def test_the_headline_is_compared_too() -> None:
    difference = compare_texts(("抓获6人", OLD), ("抓获7人", OLD))
    assert [(piece.kind, piece.text) for piece in difference.title] == [
        ("same", "抓获"),
        ("removed", "6"),
        ("added", "7"),
        ("same", "人"),
    ]


def test_odd_texts_end_soon() -> None:
    long = "查获毒品" * 50_000
    assert compare_texts(("", long), ("", long + "。")).sentences
    many = "抓获一人。" * 20_000
    assert compare_texts(("", many), ("", many.replace("一", "二", 1))).sentences
