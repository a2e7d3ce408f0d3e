"""Letters to people: the only door through which anything is mailed. Plain text, and a small page of the same words.

Needs no Django. The words come from the caller, in the language of whoever reads them.
"""

from __future__ import annotations

import html
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from safar.errors import InputError, SafarError

if TYPE_CHECKING:
    from datetime import datetime

    from safar.settings import Settings

MOST_LINES = 500
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_RIGHT_TO_LEFT = frozenset({"fa", "ar", "he", "ur"})
_INK, _MUTED, _LINE, _BLUE = "#18212c", "#55606e", "#d9dfe6", "#1f5fa8"


class MailNotConfigured(InputError):
    """A letter was to be sent, and no mail server is set."""

    code = "mail.not-configured"
    next_step = "Set mail_host (and what goes with it, see docs/reference/settings.md), or hand the link over yourself."


class BadLetter(InputError):
    """A letter cannot be addressed as it was asked for."""

    code = "mail.bad-letter"
    next_step = "Correct the address or the subject."


class MailNotSent(SafarError):
    """The mail server could not be reached, or did not take the letter."""

    code = "mail.not-sent"
    next_step = "Check the settings that begin with mail_ and the mail server's log; nothing was sent."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where letters are handed in. `tls`: starttls, tls or none."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str
    timeout_s: float

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port}, {self.tls})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter. `kind`: "text/csv", "image/png" …"""

    name: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person.

    lines: paragraphs before the button; `button`: its words and the whole address that it opens; after: paragraphs
    below it; footer: why the letter came. language decides the direction of reading.
    """

    to: str
    subject: str
    lines: tuple[str, ...]
    language: str
    button: tuple[str, str] | None = None
    after: tuple[str, ...] = ()
    footer: str = ""
    attachments: tuple[Attachment, ...] = ()


def mail_server(settings: Settings) -> MailServer | None:
    """The mail server of the settings, or None where none is set. Raises: BadLetter, MailNotSent (password file)."""
    if not settings.mail_host:
        return None
    sender = settings.mail_from or settings.mail_user
    if "@" not in sender:
        raise BadLetter("Letters have no sender.", next_step="Set mail_from to an e-mail address.")
    if settings.mail_tls == "none" and settings.mail_user and settings.mail_host not in _THIS_MACHINE:
        raise BadLetter("The mail account's password would travel in the clear.", next_step="Set mail_tls to starttls.")
    return MailServer(
        host=settings.mail_host,
        port=settings.mail_port,
        tls=settings.mail_tls,  # type: ignore[arg-type]  # settings allow these three only
        user=settings.mail_user,
        password=settings.mail_password or _read_secret(settings.mail_password_file),
        sender=sender,
        timeout_s=settings.mail_timeout_s,
    )


def send_letter(letter: Letter, *, settings: Settings, now: datetime) -> None:
    """Hand a letter in. Raises: MailNotConfigured, BadLetter, MailNotSent; then nothing was sent."""
    server = mail_server(settings)
    if server is None:
        raise MailNotConfigured("There is no mail server.")
    message = compose(letter, sender=server.sender, now=now)
    try:
        with connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as cause:
        # The server's own words may hold addresses and secrets: they are kept to the log's reader.
        raise MailNotSent(f"The mail server {server.host}:{server.port} did not take the letter.") from cause


def compose(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """The letter as it is sent. Raises: BadLetter."""
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (ValueError, IndexError, TypeError) as cause:
        raise BadLetter("The letter cannot be addressed so.") from cause
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> "))
    # No holiday notice answers what a program sent.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(letter), cte="quoted-printable")
    message.add_alternative(_page(letter), subtype="html", cte="quoted-printable")
    for one in letter.attachments:
        main, _, sub = one.kind.partition("/")
        message.add_attachment(one.body, maintype=main, subtype=sub, filename=one.name)
    # Last: setting the content takes such headers away.
    message["Content-Language"] = letter.language
    return message


def connected(server: MailServer) -> smtplib.SMTP:
    """A connection, with TLS as the settings say. Raises: OSError, SMTPException."""
    if server.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    if server.tls == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _read_secret(name: str) -> str:
    if not name:
        return ""
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise MailNotSent(f"The file {name} (mail_password_file) cannot be read.") from cause


def _text(letter: Letter) -> str:
    parts = list(letter.lines)
    if letter.button:
        parts.append(f"{letter.button[0]}:\n{letter.button[1]}")
    parts += letter.after
    if letter.footer:
        parts.append(f"-- \n{letter.footer}")
    return "\n\n".join(parts[:MOST_LINES]) + "\n"


def _page(letter: Letter) -> str:
    # Mail readers know neither style sheets nor scripts worth the name: all style stands at its element.
    is_from_right = letter.language.partition("-")[0] in _RIGHT_TO_LEFT
    direction, side = ("rtl", "right") if is_from_right else ("ltr", "left")
    rows = _paragraphs(letter.lines)
    if letter.button:
        words, address = (html.escape(part) for part in letter.button)
        style = f"display:inline-block;background:{_BLUE};color:#ffffff;padding:10px 18px;border-radius:8px;"
        rows += f'<p style="margin:20px 0"><a href="{address}" style="{style}text-decoration:none">{words}</a></p>'
        rows += f'<p dir="ltr" style="margin:0 0 16px;font-size:12px;color:{_MUTED};text-align:{side};'
        rows += f'word-break:break-all">{address}</p>'
    rows += _paragraphs(letter.after)
    if letter.footer:
        rows += f'<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid {_LINE};font-size:12px;'
        rows += f'color:{_MUTED}">{html.escape(letter.footer)}</p>'
    font = "Vazirmatn,Tahoma,Arial,sans-serif" if is_from_right else "Segoe UI,Helvetica,Arial,sans-serif"
    return (
        f'<!doctype html><html lang="{html.escape(letter.language)}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{html.escape(letter.subject)}</title></head>"
        f'<body style="margin:0;padding:24px;background:#ffffff;color:{_INK};font:15px/1.6 {font};text-align:{side}">'
        f'<div style="max-width:560px;margin:0 auto">{rows}</div></body></html>'
    )


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f'<p style="margin:0 0 16px">{html.escape(line)}</p>' for line in lines)
