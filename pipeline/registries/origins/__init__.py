"""Where registries come from: the live addresses, the sandbox that imitates them, and folders with a data package.

Belongs here: finding a registry's files at an origin, and recognising what did not change since the last look.
Does not belong here: judging a file (fetch), keeping it (archive), retries and redirects (http).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.registries.catalogue import Registry
from pipeline.registries.origins.base import Candidate, Look, Origin, nearest
from pipeline.registries.origins.folder import FolderOrigin
from pipeline.registries.origins.package import PACKAGE
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.registries.origins.live import LiveOrigin

__all__ = ["Candidate", "FolderOrigin", "Look", "Origin", "open_origins", "origin_key", "unknown_resources"]

ALLOWED = f"give `live`, `sandbox`, or folders that hold a {PACKAGE}"


def origin_key(settings: Settings, source: str) -> str:
    """Return the name under which looks at a source are kept: each country of the sandbox and each folder has its own."""
    if source == "sandbox":
        # the day is no part of it: another day of the same country is news of the same publishers
        parts = settings.sandbox_size, settings.sandbox_seed, settings.sandbox_scale, settings.sandbox_home_years
        return "-".join(["sandbox", *map(str, parts)])
    return source if source == "live" else str(Path(source).expanduser().resolve())


@contextmanager
def open_origins(
    settings: Settings,
    catalogue: Mapping[str, Registry],
    serve_sandbox: Callable[[], AbstractContextManager[Mapping[str, str]]],
) -> Iterator[list[Origin]]:
    """Yield the origins that the settings name, in that order. The sandbox, if among them, is served while they are open.

    Raises SettingsError for a source that is not ``live``, ``sandbox`` or a usable folder, and for one given twice.
    """
    if not settings.sources:
        raise SettingsError(f"no source is given; {ALLOWED}")
    folders = {each: _folder(each, catalogue) for each in settings.sources if each not in ("live", "sandbox")}
    keys = [origin_key(settings, each) for each in settings.sources]
    twice = sorted({each for each in keys if keys.count(each) > 1})
    if twice:
        raise SettingsError(f"source {', '.join(twice)} is given twice; give each source once")
    with ExitStack() as stack:
        origins: list[Origin] = []
        for source in settings.sources:
            if source == "live":
                origins.append(_live(stack, settings, "live"))
            elif source == "sandbox":
                # what the sandbox does not imitate is not there: never a live address in its place
                nowhere = dict.fromkeys(settings.bases(), "")
                served = settings.with_(**nowhere | dict(stack.enter_context(serve_sandbox())))
                origins.append(_live(stack, served, "sandbox", origin_key(settings, source)))
            else:
                origins.append(folders[source])
        yield origins


def unknown_resources(origins: Iterable[Origin], catalogue: Mapping[str, Registry]) -> list[str]:
    """Return a sentence for each resource of a folder that is left unread because the catalogue does not know its name."""
    return [
        f"{origin.name}: resource {name} is left unread, as the catalogue has no registry of that name. "
        f"Nearest: {nearest(name, catalogue)}. Correct `name` in {origin.folder / PACKAGE}, or take it off the list"
        for origin in origins if isinstance(origin, FolderOrigin) for name in origin.unknown
    ]  # fmt: skip


def _folder(source: str, catalogue: Mapping[str, Registry]) -> FolderOrigin:
    folder = Path(source).expanduser()
    if not folder.is_dir():
        raise SettingsError(f"source {source!r} is neither a word this project knows nor an existing folder; {ALLOWED}")
    return FolderOrigin(folder, catalogue)


def _live(stack: ExitStack, settings: Settings, name: str, key: str | None = None) -> LiveOrigin:
    # a run on folders has no need of HTTP, which takes 0.1 s to import
    from pipeline.registries.http.client import Client, host_of
    from pipeline.registries.origins.live import LiveOrigin

    hosts = set()
    for base, address in settings.bases().items():
        try:
            hosts |= {host_of(address)} if address else set()
        except ValueError as error:
            raise SettingsError(f"PASSEND_{base.upper()}: {error}; correct it, or make it empty") from None
    client = stack.enter_context(Client(
        hosts, connect_timeout=settings.connect_timeout, read_timeout=settings.read_timeout,
        attempts=settings.attempts, backoff=settings.backoff, max_bytes=settings.max_bytes,
        download_timeout=settings.download_timeout, private_hosts=settings.private_hosts,
    ))  # fmt: skip
    return LiveOrigin(name, settings.bases(), client, key=key, fictitious=name == "sandbox")
