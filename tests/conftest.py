"""What the tests share: how hypothesis runs, where real registry files are, and contracts made on the spot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml

from pipeline.contracts.contract import Contract, Layer
from pipeline.contracts.loading import load_contracts
from pipeline.registries.http.client import Client
from pipeline.settings import Settings
from tests.support.server import Server

REPOSITORY = Path(__file__).resolve().parent.parent

# the same examples in every run: a test that fails, fails for everyone
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci")


# a shell lets what it starts in the background ignore Ctrl-C, and all that this starts would too
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder that holds the real files (`registries/`), which are not part of the project."""
    folder = Path(os.environ.get("PASSEND_SHARED", REPOSITORY / "../shared")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real registry files in {folder}; set PASSEND_SHARED to the folder that holds registries/")
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this machine that gives what a test tells it to."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client that may ask the server of the test, and does not wait between attempts."""
    with Client(
        {server.host},
        connect_timeout=5,
        read_timeout=5,
        attempts=2,
        backoff=0,
        max_bytes=10_000_000,
        sleep=lambda _: None,
    ) as client:
        yield client


@dataclass(frozen=True)
class National:
    """The whole sandbox, run once for every test that looks at what came out: the data folder, and what the run printed."""

    data: Path
    run: subprocess.CompletedProcess[str]

    @property
    def release(self) -> Path:
        return (self.data / "releases" / "latest").resolve()


@pytest.fixture(scope="session")
def national(tmp_path_factory: pytest.TempPathFactory) -> National:
    data = tmp_path_factory.mktemp("national")
    command = [Path(sys.executable).with_name("passend"), "run", "--source", "sandbox", "--data-dir", data]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return National(data, done)


@pytest.fixture(scope="session")
def make_contract(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Contract]:
    """Write a contract as YAML and load it the way the project loads its own."""

    def make(layer: Layer = "staging", name: str = "proef", **raw: Any) -> Contract:
        folder = tmp_path_factory.mktemp("expectations")
        (folder / layer).mkdir()
        text = yaml.safe_dump({"title": "Proef", "description": "A table for a test.", **raw}, allow_unicode=True)
        (folder / layer / f"{name}.yaml").write_text(text, encoding="utf-8")
        (contract,) = load_contracts(layer, folder).values()
        return contract

    return make


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with two releases of a small country. Tests read it; what changes data works on a copy."""
    from tests.support.editions import make_two

    return make_two(tmp_path_factory.mktemp("two"))


@pytest.fixture
def two_copied(two_releases: Settings, tmp_path: Path) -> Settings:
    """The same, to be changed."""
    from tests.support.editions import copy_of

    return copy_of(two_releases, tmp_path)


@pytest.fixture(scope="session")
def great_expectations() -> None:
    """Its import touches a module of the standard library that is deprecated, which is not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations  # noqa: F401
