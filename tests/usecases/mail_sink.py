"""A real mail server on this machine that keeps what it is handed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class MailSink:
    """`letters`: what came, in order. `accounts`: (name, password) pairs that were offered."""

    host: str = "127.0.0.1"
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    accounts: list[tuple[bytes, bytes]] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002  # as it is called
        """Keep a letter, or refuse it."""
        if self.refuses:
            return "554 no"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 kept"

    def wait(self, count: int = 1, *, seconds: float = 20.0) -> list[EmailMessage]:
        """The letters, once there are that many."""
        deadline = time.monotonic() + seconds
        while len(self.letters) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.letters) == count
        return self.letters

    def settings(self) -> dict[str, object]:
        """What a workspace sets to send its letters here."""
        return {
            "mail_host": self.host,
            "mail_port": self.port,
            "mail_tls": "none",
            "mail_from": "Safar <safar@example.org>",
        }


@contextmanager
def mail_sink(**options: Any) -> Iterator[MailSink]:
    """A sink that listens while the block runs. `options`: of aiosmtpd's server.

    accounts: True takes every account and password, any other text refuses them all.
    """
    import socket

    from aiosmtpd.controller import Controller

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sink = MailSink(port=port)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        sink.accounts.append((data.login, data.password))
        return AuthResult(success=good, handled=False)

    accounts = options.pop("accounts", False)
    good = accounts is True
    if accounts:
        options |= {"authenticator": authenticate, "auth_require_tls": False}
    controller = Controller(sink, hostname=sink.host, port=port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
