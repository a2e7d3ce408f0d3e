"""Behind a proxy: whose word is taken for who asks and by which way, and whose is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from safar.settings import BadSetting, Settings, load_settings

PUBLIC = "https://cx.example.org"
DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "run-behind-a-proxy.md"


def _asked(monkeypatch: pytest.MonkeyPatch, told: Settings, **meta: str):  # type: ignore[no-untyped-def]
    """A request as the pages see it, after the middleware, and the settings that go with an https address."""
    from django.http import HttpResponse
    from django.test import RequestFactory, override_settings

    from safar.web import outside

    class Here:
        settings = told

    monkeypatch.setattr(outside, "workspace", Here)
    request = RequestFactory().get("/")
    request.META.update(meta)
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        outside.ProxyMiddleware(lambda _: HttpResponse())(request)
        return outside.sender_of(request), request.is_secure()


@pytest.mark.parametrize(
    ("told", "peer", "believed"),
    [
        (Settings(proxies="", public_address=PUBLIC), "127.0.0.1", True),
        (Settings(proxies="", public_address=PUBLIC), "::1", True),
        (Settings(proxies="", public_address=""), "127.0.0.1", False),
        (Settings(proxies="", public_address=PUBLIC), "172.17.0.1", False),
        (Settings(proxies="172.17.0.0/16", public_address=PUBLIC), "172.17.0.1", True),
        (Settings(proxies="10.0.0.5, 2001:db8::7", public_address=PUBLIC), "2001:db8::7", True),
        (Settings(proxies="10.0.0.5", public_address=PUBLIC), "10.0.0.6", False),
        # Who names others does not mean this machine.
        (Settings(proxies="10.0.0.5", public_address=PUBLIC), "127.0.0.1", False),
        (Settings(proxies="10.0.0.5", public_address=PUBLIC), "", False),
    ],
)
def test_only_a_named_proxy_is_believed(
    served: Path, monkeypatch: pytest.MonkeyPatch, told: Settings, peer: str, believed: bool
) -> None:
    headers = {"HTTP_X_FORWARDED_FOR": "192.0.2.9", "HTTP_X_FORWARDED_PROTO": "https"}
    sender, secure = _asked(monkeypatch, told, REMOTE_ADDR=peer, **headers)
    assert (sender == "192.0.2.9") is believed
    assert secure is believed


def test_of_several_proxies_the_nearest_stranger_counts(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Settings(proxies="10.0.0.0/24", public_address=PUBLIC)
    chain = "203.0.113.1, 192.0.2.9, 10.0.0.2"  # the first was written by the client itself
    assert _asked(monkeypatch, told, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=chain)[0] == "192.0.2.9"
    for nonsense in ("", "no address", "10.0.0.2, "):
        assert _asked(monkeypatch, told, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=nonsense)[0] == "10.0.0.1"


def test_a_passed_on_request_is_told_whoever_passed_it(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics without a token are for this machine: what somebody passed on is not from here."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-Proto": "https"}).status_code == 403


@pytest.mark.parametrize("wrong", ["proxy.example.org", "10.0.0.5/8", "10.0.0.0/33", "10.0.0.5 10.0.0.6"])
def test_what_names_no_address_stops_the_start(wrong: str) -> None:
    with pytest.raises(BadSetting, match="proxies"):
        load_settings(stored={"proxies": wrong}, environ={})


def test_the_documented_proxies_pass_on_what_is_needed() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    nginx = text.partition("server {")[2].partition("```")[0]
    for line in ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr"):
        assert f"proxy_set_header {line};" in nginx
    assert ("server {" + nginx).count("{") == ("server {" + nginx).count("}")
