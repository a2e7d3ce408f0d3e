"""The lines of the server's log: readable ones, or one JSON object a line for programs that collect logs.

Whatever a serving process writes goes through here: requests and doings (`safar.notices`), the server beneath,
warnings, and errors that nobody caught. A one-time token never does: whoever reads a log must not come in by it.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from safar.errors import SafarError
from safar.notices import notice, told_with

LEVELS = ("debug", "info", "warning", "error")
_TOKEN = re.compile(r"(?<![\w-])[\w-]{43,}(?![\w-])", re.ASCII)
"""Tokens are 43 letters or more (`secrets.token_urlsafe(32)`)."""
_WORD = re.compile(r"[a-z0-9_]+")
"""Long names of functions and hashes are no tokens: these have capitals."""
_PLAIN_VALUE = re.compile(r"[^\s=\"']+")
_HIDDEN = "[token]"


def without_tokens(text: str) -> str:
    """A text with what looks like a one-time token taken out."""
    return _TOKEN.sub(lambda found: found[0] if _WORD.fullmatch(found[0]) else _HIDDEN, text)


class JsonFormatter(logging.Formatter):
    """Keys: at (UTC), level, logger, message, what an event tells, process; error (the trace) where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_tokens(record.getMessage()),
            "process": record.process,
        }
        told = {**{name: _clean(value) for name, value in told_with(record).items()}, **told}
        if record.exc_info:
            told["error"] = without_tokens(self.formatException(record.exc_info))
        first = ("at", "level", "logger", "message")
        ordered = {**{name: told[name] for name in first}, **told}
        return json.dumps(ordered, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """Time (UTC), level, logger, message; then what an event tells as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; below it the trace, where there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(sep=" ", timespec="milliseconds")[:23]
        values = "".join(f" {name}={_shown(value)}" for name, value in told_with(record).items())
        message = without_tokens(record.getMessage()).replace("\n", "\n  ")
        line = f"{at} {record.levelname} {record.name} {message}{values}"
        if record.exc_info:
            line += "\n" + without_tokens(self.formatException(record.exc_info))
        return line


class WithoutAdvice(logging.Filter):
    """Lets everything through but advice on the number of threads: that was chosen, as they wait for queries and files
    more than they compute."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        return not record.getMessage().startswith("Configuration allows spawning up to")


def log_settings(*, form: str, level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` is told, and Django, and the server beneath.

    form: `plain` or `json`. level: one of `LEVELS`, from which on lines are written; what comes from elsewhere is
    written from warnings on.
    """
    ours, others = level.upper(), "ERROR" if level == "error" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": "safar.server.log_lines.PlainFormatter"},
            "json": {"()": "safar.server.log_lines.JsonFormatter"},
        },
        "filters": {"without-advice": {"()": "safar.server.log_lines.WithoutAdvice"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": others},
        "loggers": {
            "safar": {"level": ours},
            # What the server beneath does from start to end is told when somebody looks closely.
            "_granian": {
                "level": "INFO" if level == "debug" else others,
                "filters": [] if level == "debug" else ["without-advice"],
            },
            # A request's line tells its status; the trace is what this adds.
            "django": {"handlers": [], "level": "ERROR"},
            # Anybody can send a wrong host name; a stack of it for each would fill the disk.
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def tell_everything() -> None:
    """In a serving process: warnings and errors that nobody caught become lines of the log as well."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


@contextmanager
def telling_errors(*, as_json: bool) -> Iterator[None]:
    """Where lines are JSON, why a process cannot serve is one too. Otherwise the command says it."""
    try:
        yield
    except SafarError as error:
        if not as_json:
            raise
        logging.config.dictConfig(log_settings(form="json", level="info"))
        event = {"code": error.code, "next_step": error.next_step}
        notice(logging.getLogger("safar.server"), error.message, level=logging.ERROR, **event)
        sys.exit(error.exit_code)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("safar.server").critical("An error that nobody caught.", exc_info=(kind, error, trace))


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is None or issubclass(told.exc_type, SystemExit):
        return
    name = told.thread.name if told.thread else "unknown"
    trace = (told.exc_type, told.exc_value, told.exc_traceback)
    logging.getLogger("safar.server").critical("An error that nobody caught, in thread %s.", name, exc_info=trace)


def _clean(value: object) -> object:
    return without_tokens(value) if isinstance(value, str) else value


def _shown(value: object) -> str:
    text = without_tokens(str(value))
    return text if _PLAIN_VALUE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
