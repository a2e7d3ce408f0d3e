"""One server a workspace, one server a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from safar.server.lock import AlreadyServed, serving, who_serves
from safar.server.serve import BadAddress, PortTaken, address_of, claim_port


def test_a_workspace_is_served_once(tmp_path: Path) -> None:
    assert who_serves(tmp_path) is None
    with serving(tmp_path, address="http://127.0.0.1:1"):
        found = who_serves(tmp_path)
        assert found
        assert (found.pid, found.address) == (os.getpid(), "http://127.0.0.1:1")
        with (
            pytest.raises(AlreadyServed, match=f"process {os.getpid()} at http://127.0.0.1:1"),
            serving(tmp_path, address="http://127.0.0.1:2"),
        ):
            pass
    assert who_serves(tmp_path) is None
    with serving(tmp_path, address="http://127.0.0.1:2"):
        pass


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\n"
        "from safar.server.lock import serving\n"
        "with serving(pathlib.Path(sys.argv[1]), address='x'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    source = str(Path(__file__).resolve().parents[2] / "src")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": source}
    ) as held:
        assert held.stdout
        assert held.stdout.readline() == "held\n"
        with pytest.raises(AlreadyServed), serving(tmp_path, address="y"):
            pass
        held.kill()
        held.wait()
    with serving(tmp_path, address="y"):
        pass


def test_a_taken_port_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} of 127.0.0.1 is taken"):
            claim_port("127.0.0.1", port)
    assert claim_port("127.0.0.1", port) == port


def test_a_port_shared_by_reuse_is_taken_too() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken):
            claim_port("127.0.0.1", other.getsockname()[1])


def test_any_free_port() -> None:
    assert claim_port("127.0.0.1", 0) > 0


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(BadAddress):
        claim_port("192.0.2.1", 0)
    with pytest.raises(BadAddress):
        claim_port("no such host", 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8"), ("0.0.0.0", "http://127.0.0.1:8"), ("::1", "http://[::1]:8")],  # noqa: S104
)
def test_the_address_that_people_type(host: str, address: str) -> None:
    assert address_of(host, 8) == address
