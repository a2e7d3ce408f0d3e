"""In which language a visitor reads."""

from __future__ import annotations

import pytest

from tests.web.web_cast import Cast


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fa", "fa"),
        ("fa-IR", "fa"),
        ("FA-ir,en;q=0.5", "fa"),
        ("en-US,en;q=0.9,fa;q=0.8", "en"),
        ("en;q=0.3,fa-IR;q=0.9", "fa"),
        ("de-DE,de;q=0.9,fa;q=0.4", "fa"),
        ("fa;q=0,de", "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        (";;q=,,-,fa_IR" + "x" * 600, "en"),
    ],
)
def test_the_browsers_language_is_spoken(cast: Cast, header: str, language: str) -> None:
    page = cast.client(None).get("/sign-in/", headers={"accept-language": header})
    assert page.headers["Content-Language"] == language
    assert f'lang="{language}"' in page.content.decode()
    assert "Accept-Language" in page.headers["Vary"]


def test_what_was_asked_for_stands_above_the_browser(cast: Cast) -> None:
    client = cast.client(None)
    persian = {"accept-language": "fa-IR,fa;q=0.9"}
    assert client.get("/sign-in/?lang=en", headers=persian).headers["Content-Language"] == "en"
    assert client.get("/sign-in/", headers=persian).headers["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "name"), [("en", "Safar Telecom (simulated)"), ("fa", "سفر تلکام (شبیه‌سازی‌شده)")])
def test_a_workspace_called_as_its_journey_is_named_in_the_reader_s_language(
    cast: Cast, language: str, name: str
) -> None:
    page = cast.client("alice").get(f"/journey/?lang={language}").content.decode()
    assert f'<span class="workspace"><bdi>{name}</bdi></span>' in page
    assert f"<title>{name} · Safar</title>" in page
    other = cast.client("alice").get(f"/imports/?lang={language}").content.decode()
    assert f" · {name} · Safar</title>" in other
