"""Letters, handed to a real mail server on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.settings import BadSetting, Settings, load_settings
from safar.usecases.mail import Attachment, BadLetter, Letter, MailNotConfigured, MailNotSent, send_letter
from tests.usecases.mail_sink import mail_sink

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
LETTER = Letter(
    to="ann@example.org",
    subject="Your <invitation> to Acme & Co",
    lines=("Hello Ann,", "you may look at A & B < C."),
    button=("Come in", "https://cx.example.org/invitation/abc/?x=1&y=2"),
    after=("It works once.",),
    footer="Not you? Do nothing.",
    language="en",
)


def _settings(stored: Mapping[str, object], **environ: str) -> Settings:
    return load_settings(stored=stored, environ=environ)


def test_a_letter_is_text_and_a_page_of_the_same_words() -> None:
    with mail_sink() as sink:
        send_letter(LETTER, settings=_settings(sink.settings()), now=NOW)
        (letter,) = sink.wait()
    assert letter["To"] == "ann@example.org"
    assert letter["From"] == "Safar <safar@example.org>"
    assert letter["Subject"] == LETTER.subject
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOW
    assert letter["Message-ID"].endswith("@example.org>")
    text, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text
    assert page
    words = text.get_content()
    for part in (
        *LETTER.lines,
        *LETTER.after,
        LETTER.footer,
        "Come in",
        "https://cx.example.org/invitation/abc/?x=1&y=2",
    ):
        assert part in words
    markup = page.get_content()
    assert "A &amp; B &lt; C" in markup
    assert 'href="https://cx.example.org/invitation/abc/?x=1&amp;y=2"' in markup
    assert "<script" not in markup
    assert "src=" not in markup, "nothing is fetched when a letter is opened"


def test_a_persian_letter_reads_from_the_right() -> None:
    letter = Letter(
        to="ann@example.org", subject="دعوت به «آوا»", lines=("سلام مریم،", "نیم‌فاصله می‌ماند."), language="fa"
    )
    with mail_sink() as sink:
        send_letter(letter, settings=_settings(sink.settings()), now=NOW)
        (found,) = sink.wait()
    assert found["Subject"] == letter.subject
    page = found.get_body(("html",))
    assert page
    assert 'dir="rtl"' in page.get_content()
    assert "نیم‌فاصله می‌ماند." in page.get_content()


def test_a_file_goes_with_it() -> None:
    from dataclasses import replace

    with_file = replace(LETTER, attachments=(Attachment(name="board.csv", kind="text/csv", body=b"a,b\r\n1,2\r\n"),))
    with mail_sink() as sink:
        send_letter(with_file, settings=_settings(sink.settings()), now=NOW)
        (letter,) = sink.wait()
    (part,) = letter.iter_attachments()
    assert part.get_filename() == "board.csv"
    assert part.get_content_type() == "text/csv"


def test_the_account_and_its_password(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from a file\n")
    with mail_sink(accounts=True) as sink:
        stored = sink.settings() | {"mail_user": "safar"}
        send_letter(LETTER, settings=_settings(stored, SAFAR_MAIL_PASSWORD="from outside"), now=NOW)  # noqa: S106
        send_letter(LETTER, settings=_settings(stored | {"mail_password_file": str(file)}), now=NOW)
        assert sink.accounts == [(b"safar", b"from outside"), (b"safar", b"from a file")]


def test_secrets_stay_out_of_the_workspace_s_file_and_out_of_sight() -> None:
    with pytest.raises(BadSetting, match="SAFAR_MAIL_PASSWORD"):
        _settings({"mail_password": "x"})
    settings = _settings({"mail_host": "h", "mail_from": "a@b.c"}, SAFAR_MAIL_PASSWORD="very secret")  # noqa: S106
    assert "very secret" not in repr(settings)
    from safar.usecases.mail import mail_server

    assert "very secret" not in repr(mail_server(settings))


def test_without_a_mail_server_nothing_is_sent() -> None:
    with pytest.raises(MailNotConfigured):
        send_letter(LETTER, settings=Settings(), now=NOW)


def test_a_server_that_refuses_is_told_of() -> None:
    with mail_sink() as sink:
        sink.refuses = True
        with pytest.raises(MailNotSent, match="did not take"):
            send_letter(LETTER, settings=_settings(sink.settings()), now=NOW)
        stored = sink.settings()
    with pytest.raises(MailNotSent):  # nobody listens any more
        send_letter(LETTER, settings=_settings(stored), now=NOW)
    with pytest.raises(MailNotSent):
        send_letter(LETTER, settings=_settings(stored | {"mail_password_file": "/no/such"}), now=NOW)


def test_a_server_without_tls_gets_no_letter_that_asks_for_it() -> None:
    with mail_sink() as sink:
        with pytest.raises(MailNotSent):
            send_letter(LETTER, settings=_settings(sink.settings() | {"mail_tls": "starttls"}), now=NOW)
        assert not sink.letters


def test_passwords_do_not_travel_in_the_clear() -> None:
    stored = {"mail_host": "mail.example.org", "mail_user": "safar@example.org", "mail_tls": "none"}
    with pytest.raises(BadLetter, match="in the clear"):
        send_letter(LETTER, settings=_settings(stored), now=NOW)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ann@example.org\r\nBcc: eve@example.org", "x"),
        ("ann@example.org, eve@example.org", "x"),
        ("ann", "x"),
        ("", "x"),
        ("ann@example.org", "x\r\nBcc: eve@example.org"),
    ],
)
def test_letters_cannot_be_sent_astray(to: str, subject: str) -> None:
    letter = Letter(to=to, subject=subject, lines=("x",), language="en")
    with mail_sink() as sink:
        with pytest.raises(BadLetter):
            send_letter(letter, settings=_settings(sink.settings()), now=NOW)
        assert not sink.letters


@pytest.mark.parametrize(
    "value", ["ftp://x", "https://", "https://x/path", "x", "https://a@b", "https://x?y", "https://x:99999"]
)
def test_a_public_address_that_is_none(value: str) -> None:
    with pytest.raises(BadSetting, match="public_address"):
        _settings({"public_address": value})


def test_only_known_ways_of_tls() -> None:
    with pytest.raises(BadSetting, match="none of"):
        _settings({"mail_tls": "maybe"})
