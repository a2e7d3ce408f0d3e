"""Published files: nobody's version is overwritten unseen, several come into force at once, journeys are put away."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.log.published import NotPublished, PublishedFiles, PublishedSince, ToPublish

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_version_follows_the_one_it_was_made_from(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path)
    first = files.publish(kind="journey", name="shop", text="a", now=NOW, expects="", by="Alice")
    with pytest.raises(PublishedSince, match="anew by Alice"):
        files.publish(kind="journey", name="shop", text="b", now=NOW, expects="")
    second = files.publish(kind="journey", name="shop", text="b", now=NOW, expects=first.hash, by="Bob")
    assert [entry.by for entry in files.history(kind="journey")] == ["Alice", "Bob"]
    both = [
        ToPublish(kind="journey", name="shop", text="c", expects=second.hash),
        ToPublish(kind="rules", name="shop", text="r", expects=first.hash),
    ]
    with pytest.raises(PublishedSince):
        files.publish_all(both, now=NOW)
    assert files.current(kind="journey") == second
    assert files.names("rules") == []


def test_of_many_at_once_one_follows_and_none_is_lost(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path)
    refused, done = [], []

    def publish(i: int) -> None:
        try:
            done.append(files.publish(kind="journey", name="shop", text=f"{i}", now=NOW, expects=""))
        except PublishedSince:
            refused.append(i)
        files.publish(kind="rules", name=f"r{i}", text=f"{i}", now=NOW)

    threads = [threading.Thread(target=publish, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 7)
    assert len(files.history(kind="rules")) == 8


def test_a_journey_put_away_comes_back_by_publishing_it(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path)
    files.publish(kind="journey", name="old", text="a", now=NOW)
    files.publish(kind="journey", name="new", text="b", now=NOW)
    files.archive(name="new", now=NOW, by="Alice")
    assert files.current(kind="journey").name == "old"
    assert files.current(kind="journey", name="new").name == "new"
    files.archive(name="old", now=NOW)
    with pytest.raises(NotPublished):
        files.current(kind="journey")
    files.publish(kind="journey", name="new", text="b", now=NOW)
    assert files.current(kind="journey").name == "new"
    assert set(files.archived()) == {"old"}


def test_a_journey_published_later_is_not_meant_where_none_is_named(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path)
    assert files.usual_journey() is None
    files.publish(kind="journey", name="draft", text="a", now=NOW)
    assert files.usual_journey() == "draft", "the only one"
    for name in ("shop", "other"):
        files.publish(kind="journey", name=name, text=name, now=NOW)
        files.publish(kind="rules", name=name, text=name, now=NOW)
    assert files.usual_journey() == files.current(kind="journey").name == "shop", "the first that has rules"
    files.publish(kind="journey", name="other", text="other, changed", now=NOW)
    assert files.usual_journey() == "shop"
    files.make_usual(name="other", now=NOW, by="Alice")
    assert files.current(kind="journey").name == "other"
    files.archive(name="other", now=NOW)
    assert files.usual_journey() == "shop"
    files.publish(kind="journey", name="other", text="other, changed", now=NOW)
    assert files.usual_journey() == "other", "brought back, it is what was said"
    with pytest.raises(NotPublished):
        files.make_usual(name="nothing", now=NOW)
