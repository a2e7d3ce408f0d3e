"""Whether the mail server would take our letters: everything up to the letter itself is tried, and none is sent."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass

from safar.usecases.mail import MailServer, connected


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFault:
    """What went wrong, and what to do."""

    message: str
    next_step: str


def find_fault(server: MailServer) -> MailFault | None:
    """Connect, greet, begin TLS and sign in as a letter would; None: all went well."""
    try:
        with connected(server) as connection:
            connection.ehlo_or_helo_if_needed()
            if server.user:
                connection.login(server.user, server.password)
            connection.noop()
    except (OSError, smtplib.SMTPException) as cause:
        return _fault(server, cause)
    return None


def _fault(server: MailServer, cause: OSError | smtplib.SMTPException) -> MailFault:
    match cause:
        case smtplib.SMTPAuthenticationError():
            message = f"it does not take the account {server.user} (answer {cause.smtp_code})."
            next_step = "Correct mail_user, and SAFAR_MAIL_PASSWORD or mail_password_file."
        case smtplib.SMTPNotSupportedError() if server.tls == "starttls" and "STARTTLS" in str(cause):
            message = "it does not offer STARTTLS."
            next_step = "Set mail_tls to tls (usually port 465), or to none for a server on this machine."
        case smtplib.SMTPNotSupportedError():
            message = "it takes no account and password here."
            next_step = "Leave mail_user empty if it asks for none, or use the port that takes accounts (587 or 465)."
        case ssl.SSLCertVerificationError():
            message = f"its certificate is not good: {cause.verify_message}."
            next_step = "Set mail_host to the name in the certificate, or have the server's certificate mended."
        case ssl.SSLError():
            message = "it does not speak TLS at this port."
            next_step = "Set mail_tls to starttls (usually port 587), or mail_port to the one that speaks TLS (465)."
        case smtplib.SMTPServerDisconnected() if server.tls != "tls":
            message = "it hung up."
            next_step = (
                "If the port speaks TLS from the start (465), set mail_tls to tls; else look at the server's log."
            )
        case socket.gaierror():
            message = "there is no machine of this name."
            next_step = "Correct mail_host, or the machine's name service."
        case TimeoutError():
            message = f"it did not answer within {server.timeout_s:g} s."
            next_step = (
                "Look whether a firewall is between, and whether mail_port is right; mail_timeout_s says how long."
            )
        case smtplib.SMTPResponseException():
            message = f"it refused with answer {cause.smtp_code}."
            next_step = "Look at the mail server's log."
        case _:
            message = f"it does not answer: {getattr(cause, 'strerror', None) or cause}."
            next_step = "Start it, or correct mail_host and mail_port."
    return MailFault(message=message, next_step=next_step)
