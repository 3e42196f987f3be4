"""Mail and push to real servers: an SMTP server that takes, refuses and hangs up, and one that speaks as ntfy does."""

import email
import json
import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from scheduler.alerts.channels import Channel
from scheduler.alerts.messages import story_message
from scheduler.alerts.wording import load_wording
from storage import SHANGHAI
from tests.answering import Play, answering
from tests.test_formats import HOSTILE, hostile_news
from tests.test_messages import NEWS, OWED

NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
SECRET = "S3cretPassw0rd"
MESSAGE = story_message(OWED, NEWS, load_wording())


class Postman:
    """Takes letters, or answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipient_answer = "250 OK"
        self.data_answer = "250 taken"

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.data_answer == "hang up":
            server.transport.abort()
            return "250 never heard"
        if self.data_answer.startswith("250"):
            parsed = email.message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.letters.append(parsed)
        return self.data_answer


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def postman() -> Iterator[tuple[Postman, str]]:
    handler = Postman()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    yield handler, f"mailto://127.0.0.1:{port}?from=jindu@a.example&to=duty@b.example&mode=insecure"
    controller.stop()


def test_a_letter_has_a_plain_part_and_one_in_html(postman: tuple[Postman, str]) -> None:
    handler, address = postman
    receipt = Channel("邮件", address, timeout_seconds=5).send(MESSAGE, now=NOW)
    assert (receipt.result, receipt.detail) == ("sent", "SMTP 250")
    [letter] = handler.letters
    assert letter["Subject"] == MESSAGE.title
    parts = {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}
    assert set(parts) == {"text/plain", "text/html"}
    for text in parts.values():
        for words in (MESSAGE.title, "来源：陇上新闻网", "http://news.example/a/1.html", "#7F3A"):
            assert words in text
    assert '<a href="http://news.example/a/1.html">' in parts["text/html"]
    assert "<" not in parts["text/plain"]


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE)
def test_no_page_writes_a_header_a_tag_or_a_link_into_a_letter(
    postman: tuple[Postman, str], evil: str
) -> None:
    handler, address = postman
    message = story_message(OWED, hostile_news(evil), load_wording())
    assert Channel("邮件", address, timeout_seconds=5).send(message, now=NOW).result == "sent"
    [letter] = handler.letters
    known = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type", "X-Application", "X-Peer", "X-MailFrom", "X-RcptTo"}  # fmt: skip
    assert {name for name in letter if name.lower() not in {one.lower() for one in known}} == set()
    assert letter["To"].addresses[0].addr_spec == "duty@b.example"
    plain, page = [part.get_content() for part in letter.walk() if not part.is_multipart()]
    assert "evil.example>" not in page
    assert not any(
        tag in page.lower() for tag in ("<script", "<img", "<font", "<at ", "<details", 'onerror="')
    )
    assert plain.count("http://") == 1
    words = letter["Subject"] + plain + page
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\x00]", words)
    assert words.count("\u0301") < 300


ANSWERS = {
    "no such user": ("550 no such user", "250 ok", "permanent", False),
    "greylisted": ("450 come back later", "250 ok", "transient", False),
    "too much": ("250 OK", "554 looks like spam", "permanent", False),
    "mailbox full": ("250 OK", "552 mailbox full", "transient", False),
    "busy": ("250 OK", "451 busy", "transient", False),
    "hangs up after the letter": ("250 OK", "hang up", "transient", True),
}


@pytest.mark.parametrize(("recipient", "data", "result", "ambiguous"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_mail_server_answers_is_told_truly(
    postman: tuple[Postman, str], recipient: str, data: str, result: str, ambiguous: bool
) -> None:
    handler, address = postman
    handler.recipient_answer, handler.data_answer = recipient, data
    receipt = Channel("邮件", address, timeout_seconds=5).send(MESSAGE, now=NOW)
    assert (receipt.result, receipt.ambiguous) == (result, ambiguous), receipt.detail
    assert handler.letters == []


def test_a_wrong_password_is_for_good_and_not_told() -> None:
    def refuse(*_args: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    controller = Controller(
        Postman(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=refuse,
        auth_require_tls=False,
    )
    controller.start()
    port = controller.port
    address = f"mailto://me:{SECRET}@127.0.0.1:{port}?from=a@a.example&to=b@b.example&mode=insecure"
    receipt = Channel("邮件", address, timeout_seconds=5).send(MESSAGE, now=NOW)
    controller.stop()
    assert (receipt.result, receipt.detail) == ("permanent", "SMTP 535")
    assert SECRET not in repr(receipt)


@contextmanager
def silent_mail_server() -> Iterator[int]:
    """A server that greets nobody."""
    silence = threading.Event()

    class Silent(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            silence.wait(20)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        silence.set()
        server.shutdown()
        thread.join()


def test_a_silent_mail_server_took_nothing() -> None:
    with silent_mail_server() as port:
        address = f"mailto://127.0.0.1:{port}?from=a@a.example&to=b@b.example&mode=insecure"
        receipt = Channel("邮件", address, timeout_seconds=0.5).send(MESSAGE, now=NOW)
    assert (receipt.result, receipt.ambiguous) == ("transient", False)


def test_ntfy_takes_the_message_as_it_was_written() -> None:
    with answering() as server:
        server.play = Play(body=b'{"id":"x1","time":1,"event":"message","topic":"jindu"}')
        channel = Channel("手机", f"ntfy://127.0.0.1:{server.server_address[1]}/jindu", timeout_seconds=2)
        assert channel.send(MESSAGE, now=NOW).result == "sent"
        [sent] = [json.loads(body) for body in server.bodies]
        server.play = Play(status=429, body=b'{"code":42901,"http":429}', headers={"Retry-After": "30"})
        assert channel.send(MESSAGE, now=NOW).result == "throttled"
    assert sent["topic"] == "jindu"
    assert sent["title"] == MESSAGE.title
    assert sent["message"] == MESSAGE.body
    assert "attach" not in sent
