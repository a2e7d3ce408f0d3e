"""Health, readiness and metrics: who may ask, and what is said."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from safar.server.configuration import django_values
from safar.server.log_lines import JsonFormatter
from safar.settings import BadSetting
from safar.usecases.workspace import Workspace
from tests.web.web_cast import Cast


def test_metrics_are_for_this_machine_only(cast: Cast) -> None:
    client = cast.client(None)
    client.get("/sign-in/")
    body = client.get("/metrics").content.decode()
    assert 'safar_requests_total{page="sign-in",status="200"}' in body
    assert 'safar_jobs{state="waiting"}' in body
    assert 'safar_log_rows{table="interactions"}' in body
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403


def test_metrics_with_a_token(cast: Cast, monkeypatch: pytest.MonkeyPatch, served: Path) -> None:
    from safar.web.views import health

    opened = Workspace.open(served, environ={"SAFAR_METRICS_TOKEN": "good"})
    monkeypatch.setattr(health, "workspace", lambda: opened)
    client = cast.client(None)
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer bad"}).status_code == 403
    elsewhere = client.get("/metrics", headers={"Authorization": "Bearer good"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_readiness(cast: Cast, empty: Path) -> None:
    client = cast.client(None)
    assert client.get("/readyz").content == b"ready\n"
    for manifest in (empty / "log" / "versions").iterdir():
        manifest.unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"log does not answer\n")


def test_behind_a_proxy_cookies_go_by_tls_only(served: Path) -> None:
    plain = django_values(Workspace.open(served))
    assert not plain["SESSION_COOKIE_SECURE"]
    values = django_values(Workspace.open(served, environ={"SAFAR_PUBLIC_ADDRESS": "https://cx.example.org:8443"}))
    assert values["SESSION_COOKIE_SECURE"]
    assert values["CSRF_COOKIE_SECURE"]
    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://cx.example.org:8443"]
    assert "cx.example.org" in values["ALLOWED_HOSTS"]
    assert "*" not in values["ALLOWED_HOSTS"]
    for wrong in ("cx.example.org", "https://cx.example.org/path", "javascript:alert(1)"):
        with pytest.raises(BadSetting):
            Workspace.open(served, environ={"SAFAR_PUBLIC_ADDRESS": wrong})


def test_a_log_line_is_one_json_object() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("safar.web", logging.ERROR, __file__, 1, "%s: %s", ("a", "b\nc"), trace)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("error", "safar.web", "a: b\nc")
    assert "two\nlines" in told["error"]
