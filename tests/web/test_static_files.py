"""Style sheets and the one script, as they are sent."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

from safar.web.static_files import HTMX_ADDRESS
from tests.web.web_cast import Cast

OWN = Path(__file__).resolve().parents[2] / "src" / "safar" / "web" / "static"


def test_what_is_served_is_what_is_in_the_folder_compressed_to_who_reads_that(cast: Cast) -> None:
    client = cast.client("vera")
    for file in OWN.iterdir():
        plain = client.get(f"/static/{file.name}")
        sent = client.get(f"/static/{file.name}", headers={"Accept-Encoding": "gzip"})
        assert b"".join(plain) == file.read_bytes()
        if sent.has_header("Content-Encoding"):
            assert gzip.decompress(b"".join(sent)) == file.read_bytes()
    assert plain.has_header("Cache-Control")


def test_the_largest_lose_two_thirds_of_their_weight(cast: Cast) -> None:
    client = cast.client("vera")
    for address in ("/static/safar.css", HTMX_ADDRESS):
        sent = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert sent["Content-Encoding"] == "gzip"
        assert 3 * len(b"".join(sent)) < len(b"".join(client.get(address)))


def test_a_process_leaves_no_files_behind(tmp_path: Path) -> None:
    code = (
        "import multiprocessing as m; from safar.web.static_files import _collected\n"
        "if __name__ == '__main__':\n"
        "    child = m.get_context('spawn').Process(target=_collected); child.start(); child.join()\n"
        "    print(len(list(_collected().iterdir())))"
    )
    (tmp_path / "look.py").write_text(code)
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, tmp_path / "look.py"], env={"TMPDIR": str(tmp_path / "tmp")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) > 10
    assert not list((tmp_path / "tmp").glob("safar-static-*"))
