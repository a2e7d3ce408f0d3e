"""Results kept beside what they were made from."""

from __future__ import annotations

import threading
from pathlib import Path

from safar.log.remembered import RememberedFiles


def test_the_last_version_is_found_while_newer_ones_replace_it(tmp_path: Path) -> None:
    files = RememberedFiles(tmp_path, most=10)
    files.remember("00000000-map", "0")
    over = threading.Event()

    def replace() -> None:
        for version in range(1, 120):
            files.remember(f"{version:08d}-map", str(version))
        over.set()

    writer = threading.Thread(target=replace)
    writer.start()
    seen = -1
    while not over.is_set():
        found = files.last_remembered("map")
        assert found is not None
        version, text = found
        assert text == str(version)
        assert version >= seen
        seen = version
    writer.join()
    assert files.last_remembered("map") == (119, "119")
    assert files.last_remembered("other") is None
