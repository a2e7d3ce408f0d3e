"""The container file and the systemd unit do what they say, as far as it can be told without running either.

The steps of the container file that need no root are taken by hand, in empty folders in place of its own; then its
command is started with its environment, and its health check run.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "safar.service"
PATIENCE_S = 60


def _steps() -> list[tuple[str, str]]:
    """(instruction, its text) of the container file, continued lines joined."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(name, rest.strip()) for line in lines if line for name, _, rest in [line.partition(" ")]]


def _stages() -> list[list[tuple[str, str]]]:
    stages: list[list[tuple[str, str]]] = []
    for step in _steps():
        if step[0] == "FROM":
            stages.append([])
        stages[-1].append(step)
    return stages


def test_all_that_the_wheel_takes_in_is_copied() -> None:
    copied = {one for kind, text in _stages()[0] if kind == "COPY" for one in text.split()[:-1]}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    for one in build["targets"]["wheel"]["force-include"]:
        assert any(one == name or one.startswith(f"{name}/") for name in copied), f"the container file leaves out {one}"


def test_the_builder_is_given_what_is_copied_and_nothing_else() -> None:
    copied = {one for kind, text in _stages()[0] if kind == "COPY" for one in text.split()[:-1]}
    rules = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == {
        one.removeprefix("./") for one in copied
    }


def test_nothing_runs_as_root_and_nothing_secret_goes_in() -> None:
    _, last = _stages()
    names = [name for name, _ in last]
    assert ("USER", "safar") in last
    assert "RUN" not in names[names.index("USER") :]
    for kind, text in _steps():
        if kind == "COPY" and not text.startswith("--from"):
            for one in text.split()[:-1]:
                assert (ROOT / one).exists(), one
                assert one != ".", "the whole folder would take workspaces along"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_steps_make_a_server_that_answers(tmp_path: Path) -> None:
    build, last = _stages()
    folder, installed, workspace = tmp_path / "build", tmp_path / "safar", tmp_path / "workspace"
    folder.mkdir()
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    for kind, text in build:
        if kind == "COPY":
            *sources, target = text.split()
            for one in sources:
                _copy(ROOT / one, folder / target if target != "./" else folder / Path(one).name)
        elif kind == "RUN":
            subprocess.run(text.replace("/safar", str(installed)), shell=True, cwd=folder, env=env, check=True)  # noqa: S602
    shutil.rmtree(folder)  # the second stage takes along what was installed, and nothing else

    port = free_port()
    for kind, text in last:
        if kind == "ENV":
            env |= dict(pair.split("=", 1) for pair in shlex.split(text))
    paths = f"{installed}/bin{os.pathsep}{os.environ['PATH']}"
    env |= {"PATH": paths, "SAFAR_WORKSPACE": str(workspace), "SAFAR_BIND": "127.0.0.1", "SAFAR_PORT": str(port)}
    (entry,) = (json.loads(text) for kind, text in last if kind == "ENTRYPOINT")
    (command,) = (json.loads(text) for kind, text in last if kind == "CMD")
    (check,) = (json.loads(text.partition("CMD ")[2]) for kind, text in last if kind == "HEALTHCHECK")
    check = [part.replace(":8321", f":{port}") for part in check]
    subprocess.run([*entry, "init", str(workspace), "--name", "Acme"], env=env, cwd=tmp_path, check=True)
    with subprocess.Popen([*entry, *command], env=env, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while subprocess.run(check, check=False, env=env, cwd=tmp_path, stderr=subprocess.DEVNULL).returncode:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the health check never passed"
                time.sleep(1)
            link = subprocess.run(
                [*entry, "serve", "--sign-in-link"], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
            )
            assert "/sign-in/" in link.stdout
        finally:
            server.terminate()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def test_the_unit_keeps_the_server_to_its_own_folder() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT, encoding="utf-8")
    service = unit["Service"]
    assert service["User"] not in ("root", "")
    assert f"--workspace /var/lib/{service['StateDirectory']}" in service["ExecStart"]
    assert service["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in service
    assert service["UMask"] == "0077"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    # The unit names a program that is not on this machine; anything that can be run stands in for it.
    text = UNIT.read_text(encoding="utf-8").replace("/opt/safar/bin/safar", sys.executable)
    (tmp_path / "safar.service").write_text(text, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "safar.service")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    about_ours = [line for line in found.stderr.splitlines() if "safar.service" in line]
    assert not about_ours
    assert found.returncode == 0, found.stderr
