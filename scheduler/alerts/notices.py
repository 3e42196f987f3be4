"""What operators are told of alerts that died. Pure."""

from scheduler.alerts.harmless import plain
from storage import Owed, Receipt

REASON_LENGTH = 200


def death_note(owed: Owed, receipt: Receipt, title: str) -> str:
    """The text of the notice that an alert could not be delivered on its channel; the first line is its headline."""
    reason = plain(receipt.detail or receipt.result, REASON_LENGTH)
    return "\n".join(
        (
            f"提醒没有送达：通道 {plain(owed.channel)} (an alert was not delivered)",
            f"#{owed.code} {plain(title)}".rstrip(),
            f"原因 reason：{reason}",
            f"处理 what to do：jindu alerts show {owed.code}；修好后 jindu alerts replay {owed.code}",
        )
    )


def more_line(many: int) -> str:
    """What stands under a list that does not name all: how many more there are and where to find them."""
    return f"还有 {many} 条未列出 (and {many} more): jindu alerts list" if many else ""
