"""An SMTP server that keeps what it is given, and an EspoCRM that sends through it."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.e2e.espocrm import EspoCrm
from tests.e2e.rest import RestUser

SENDER = "crm@example.com"
SMTP_IN_ACCOUNTS = (9, 3)
"""From this version on system e-mails go out through a group e-mail account."""


@dataclass(frozen=True)
class Mail:
    """One e-mail, as it was addressed."""

    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None, "not plain text"
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class MailSink:
    """What came in. While `is_silent`, nobody is answered."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    is_silent: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def sent_to(self, address: str, words: str) -> list[Mail]:
        """Mails to the address that hold the words."""
        return [
            mail
            for mail in self.mails
            if address in mail.recipients and words in mail.subject + mail.text
        ]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    sink: MailSink


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        sink = self.server.sink
        sink.reached.set()
        if sink.is_silent.is_set():
            self.rfile.read()
            return
        recipients: list[str] = []
        self._say("220 sink")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"QUIT":
                return
            if verb == b"RCPT":
                recipients.append(line.decode().split("<")[1].split(">")[0])
            elif verb == b"DATA":
                self._say("354 go")
                parsed = email.message_from_bytes(self._content(), policy=email.policy.default)
                sink.mails.append(Mail(tuple(recipients), parsed))
                recipients = []
            self._say("250 ok")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def _content(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


@contextlib.contextmanager
def mail_sink() -> Iterator[MailSink]:
    """A sink on loopback until the block ends."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.sink = MailSink(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.sink
        server.shutdown()


@contextlib.contextmanager
def sending_through(espocrm: EspoCrm, root: RestUser, port: int) -> Iterator[None]:
    """EspoCRM's system e-mails go to the port until the block ends."""
    configuration: dict[str, object] = {
        "outboundEmailFromAddress": SENDER,
        "outboundEmailFromName": "CRM",
        "smtpServer": "127.0.0.1",
        "smtpPort": port,
        "smtpAuth": False,
        "smtpSecurity": None,
        "emailServerAllowedAddressList": [f"127.0.0.1:{port}"],
    }
    before = {name: espocrm.configuration(name) for name in configuration}
    for name, value in configuration.items():
        espocrm.configure(name, value)
    version = tuple(int(part) for part in espocrm.version.split(".")[:2])
    account = _account(root, port) if version >= SMTP_IN_ACCOUNTS else None
    try:
        yield
    finally:
        if account is not None:
            root.done("DELETE", f"InboundEmail/{account}")
        for name, value in before.items():
            espocrm.configure(name, value)


def _account(root: RestUser, port: int) -> str:
    made = root.done(
        "POST",
        "InboundEmail",
        {
            "name": "System",
            "emailAddress": SENDER,
            "status": "Active",
            "useImap": False,
            "useSmtp": True,
            "smtpIsShared": False,
            "smtpHost": "127.0.0.1",
            "smtpPort": port,
            "smtpAuth": False,
            "smtpSecurity": "",
        },
    )
    return str(made["id"])
