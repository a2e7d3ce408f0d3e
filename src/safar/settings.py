"""One table of settings: name, type, default, unit, help. A bad value stops start-up.

A setting is read from the workspace file (`safar.toml`, table `[settings]`) and can be overridden by the
environment variable `SAFAR_<NAME>`. Entry points pass the environment in; nothing below them reads it. A secret is
read from the environment only: the workspace's file is copied, sent and kept in repositories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from safar.errors import InputError


class BadSetting(InputError):
    """A setting has a value that cannot be used."""

    code = "settings.bad-value"
    next_step = "Correct the value in safar.toml or in the environment; docs/reference/settings.md lists all."


def _setting(
    default: Any,
    *,
    unit: str,
    help: str,
    low: float | None = None,
    high: float | None = None,
    one_of: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    told = {"unit": unit, "help": help, "low": low, "high": high, "one_of": one_of, "secret": secret}
    return field(default=default, metadata=told, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their defaults. Each field's metadata holds its unit, help and bounds."""

    time_zone: str = _setting("UTC", unit="IANA name", help="Reporting time zone: decides the local day.")
    language: str = _setting("en", unit="language tag", help="Language of labels where none is asked for.")
    memory_limit_mb: int = _setting(
        4096, unit="MiB", help="Most memory that one engine connection may use.", low=256, high=1_048_576
    )
    threads: int = _setting(2, unit="threads", help="Threads of one engine connection.", low=1, high=256)
    too_few: int = _setting(
        5, unit="answers", help="Below this base a metric is 'too few': no number.", low=2, high=100
    )
    few: int = _setting(30, unit="answers", help="Below this base a metric is marked 'few'.", low=2, high=1000)
    confidence: float = _setting(0.95, unit="share", help="Level of intervals.", low=0.5, high=0.999)
    writer_wait_s: float = _setting(
        600.0, unit="s", help="How long a second writer waits for the first.", low=0.0, high=86_400.0
    )
    keep_versions_days: int = _setting(
        7, unit="days", help="How long compaction keeps old versions of the tables.", low=0, high=3650
    )
    keep_undo_days: int = _setting(
        90, unit="days", help="How long compaction keeps what an import replaced, to undo it.", low=0, high=36_500
    )
    keep_undo_versions: int = _setting(
        100, unit="versions", help="How many of the last versions stay undoable, however old.", low=1, high=1_000_000
    )
    max_line_mb: int = _setting(
        16, unit="MiB", help="Longest line or cell that an import reads; longer ones are set aside.", low=1, high=1024
    )
    max_unzipped_mb: int = _setting(
        65_536, unit="MiB", help="Most bytes that a compressed file may unpack to.", low=1, high=16_777_216
    )
    max_unzip_ratio: int = _setting(
        200, unit="ratio", help="Most that a compressed file may grow when unpacked.", low=2, high=100_000
    )
    upload_most_mb: int = _setting(
        200,
        unit="MiB",
        help="Most that one upload on the import page may hold; larger files are imported by command.",
        low=1,
        high=1_048_576,
    )
    database: str = _setting(
        "",
        unit="address",
        help="PostgreSQL for what people decide: postgresql://user:password@host:5432/name. Empty: SQLite in the "
        "workspace's folder.",
    )
    workers: int = _setting(
        1, unit="processes", help="Workers for long work that `safar serve` starts itself.", low=0, high=64
    )
    keep_jobs_days: int = _setting(
        7, unit="days", help="How long jobs that are over are kept, with the files that they made.", low=1, high=3650
    )
    ledger_copy: str = _setting(
        "",
        unit="file",
        help="File outside the workspace that also keeps who was forgotten (salted look-ups, no names), for "
        "`safar restore`.",
    )
    log_format: str = _setting(
        "plain",
        unit="form",
        one_of=("plain", "json"),
        help="How the server writes its log: readable lines, or one JSON object a line.",
    )
    log_level: str = _setting(
        "info",
        unit="level",
        one_of=("debug", "info", "warning", "error"),
        help="From which level on: `info` tells each request and doing, `warning` refusals and failed sign-ins only.",
    )
    metrics_token: str = _setting(
        "", unit="secret", help="Who asks for /metrics shows it as a bearer token. Empty: this machine only, no token."
    )
    bind: str = _setting("127.0.0.1", unit="address", help="Address that `safar serve` listens on.")
    port: int = _setting(8321, unit="port", help="Port that `safar serve` listens on.", low=0, high=65_535)
    public_address: str = _setting(
        "",
        unit="web address",
        help="What people type to reach the pages, where that is not the address that is listened on (a proxy that"
        " speaks TLS, say): `https://cx.example.org`. Links in letters begin with it; https makes cookies secure.",
    )
    proxies: str = _setting(
        "",
        unit="addresses",
        help="Proxies that are believed when they tell for whom they ask (X-Forwarded-For, X-Forwarded-Proto): "
        "addresses or networks with commas between. Empty: those on this machine, where public_address is set.",
    )
    share_links: str = _setting(
        "nobody",
        unit="who",
        one_of=("nobody", "owners", "members", "everybody"),
        help="Who may make links that show a saved view of the map to people without an account.",
    )
    share_days: int = _setting(30, unit="days", help="How long such a link works at most.", low=1, high=366)
    mail_host: str = _setting("", unit="host", help="Mail server. Empty: no mail is sent, links are handed over.")
    mail_port: int = _setting(587, unit="port", help="Port of the mail server.", low=1, high=65_535)
    mail_tls: str = _setting(
        "starttls",
        unit="way",
        one_of=("starttls", "tls", "none"),
        help="How the mail server is spoken to: `starttls` (587), `tls` (465), or `none` (this machine's own only).",
    )
    mail_user: str = _setting("", unit="text", help="Account at the mail server. Empty: it asks for none.")
    mail_password: str = _setting(
        "", unit="text", secret=True, help="Its password. From the environment only; or name a file, see below."
    )
    mail_password_file: str = _setting(
        "", unit="path", help="File that holds the mail account's password, and nothing else."
    )
    mail_from: str = _setting("", unit="e-mail address", help="Sender of letters. Empty: the mail account's name.")
    mail_timeout_s: float = _setting(
        10.0, unit="s", help="How long the mail server is waited for.", low=1.0, high=120.0
    )

    def trusts(self, peer: str) -> bool:
        """Whether the network address `peer` is of a proxy that is believed."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if not self.proxies:
            return address.is_loopback and bool(self.public_address)
        return any(address in network for network in _networks(self.proxies))


def load_settings(*, stored: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Settings from the stored table, overridden by `SAFAR_<NAME>` variables.

    Raises: BadSetting for an unknown name, a wrong type or a value out of bounds.
    """
    known = {f.name: f for f in fields(Settings)}
    for name in stored:
        if name not in known:
            raise BadSetting(f"Unknown setting {name!r}.")
    values: dict[str, Any] = {}
    for name, f in known.items():
        if f.metadata["secret"] and name in stored:
            raise BadSetting(f"Setting {name} is a secret: take it out of safar.toml, and set SAFAR_{name.upper()}.")
        raw: object = environ.get(f"SAFAR_{name.upper()}", stored.get(name, f.default))
        values[name] = _checked(name, raw, kind=type(f.default), low=f.metadata["low"], high=f.metadata["high"])
        if f.metadata["one_of"] and values[name] not in f.metadata["one_of"]:
            raise BadSetting(f"Setting {name}: {raw!r} is none of {', '.join(f.metadata['one_of'])}.")
    settings = Settings(**values)
    if settings.database and not settings.database.startswith(("postgresql://", "postgres://")):
        # Not the value itself: it may hold a password.
        raise BadSetting("Setting database: not an address of the form postgresql://user@host/name.")
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError) as cause:
        raise BadSetting(f"Setting time_zone: {settings.time_zone!r} is no time zone.") from cause
    if settings.few < settings.too_few:
        raise BadSetting(f"Setting few ({settings.few}) must not be below too_few ({settings.too_few}).")
    _check_address(settings.public_address)
    _networks(settings.proxies)
    return settings


def _networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    names = [name.strip() for name in listed.split(",") if name.strip()]
    try:
        return tuple(ip_network(name) for name in names)
    except ValueError as cause:
        raise BadSetting(f"Setting proxies: {listed!r} is not like 10.0.0.5, 172.17.0.0/16.") from cause


def _check_address(address: str) -> None:
    if not address:
        return
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise BadSetting(f"Setting public_address: {address!r} is not like https://cx.example.org.")


def _checked(name: str, raw: object, *, kind: type, low: float | None, high: float | None) -> Any:
    try:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise ValueError
        value = kind(raw)
    except ValueError as cause:
        raise BadSetting(f"Setting {name}: {raw!r} is not of type {kind.__name__}.") from cause
    if low is not None and not (low <= value <= (high if high is not None else value)):
        raise BadSetting(f"Setting {name}: {value} is outside {low} to {high}.")
    return value
