"""The application that every command belongs to, and the options that several of them share.

Belongs here: what a command needs before it can begin. Does not belong here: the commands (one module each, in commands)
and how an answer looks (output).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import PassendError, RoomError, SettingsError, exit_codes

if TYPE_CHECKING:
    from pipeline.settings import Settings

EXIT_CODES = f"Exit codes: {', '.join(f'{code} {meaning}' for code, meaning in exit_codes().items())}.\n"
NO_ROOM = ("No space left on device", "disk is full", "Disk quota exceeded", "File too large")
LEAST_ROOM = 1_000_000  # bytes, below which anything that fails does so for want of room

app = typer.Typer(
    help="The open data pipeline under passend onderwijs: school locations, samenwerkingsverbanden, support money.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder for the archive, tables and releases (PASSEND_DATA_DIR; ./data)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for programs.")]


def epilog(*examples: str) -> str:
    """What stands below the options of a command: examples, each to be pasted as it is, and the exit codes."""
    return "\n".join(["\b", "Examples:", *(f"  {each}" for each in examples), "", EXIT_CODES])


def _version(wanted: bool) -> None:
    if wanted:
        from pipeline.run.version import code_version

        typer.echo(f"passend {version('passend-onderwijs')}, code {code_version()}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")] = False,
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version, and that of the code.")
    ] = False,
) -> None:
    """Take the options that stand before any command; ``main`` reads --debug itself, because it catches the failures."""


def settings_for(data_dir: Path | None, source: list[str] | None = None) -> Settings:
    """Return the settings of this process, with what the options of a command say."""
    from pipeline.settings import Settings, fit  # 0.15 s, which --help does without

    settings = Settings.from_environment(data_dir=data_dir, sources=tuple(source) if source else None)
    try:
        folder = fit(settings.data_dir.expanduser().resolve())
    except (OSError, RuntimeError) as error:  # a circle of links, a user who is not there
        raise SettingsError(f"the data folder {settings.data_dir} cannot be found: {error}; name another") from None
    if folder.exists() and not folder.is_dir():
        raise SettingsError(
            f"{folder} is a file; --data-dir (PASSEND_DATA_DIR) names the folder for the archive, tables and releases"
        )
    return settings.with_(data_dir=folder)


def writable(settings: Settings) -> Settings:
    """The same settings, once their folder is there and can be written."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise SettingsError(
            f"the data folder {settings.data_dir} cannot be written: {error.strerror}; make room or give rights there, "
            "or choose another with --data-dir"
        ) from error
    return settings


@contextmanager
def enough_room(settings: Settings) -> Iterator[None]:
    """Whatever goes wrong for want of room, told as that. Dagster, DuckDB and SQLite each say it in words of their own."""
    try:
        yield
    except Exception as error:
        said = any(each in str(error) for each in NO_ROOM)
        if not said and (type(error) in PassendError.__subclasses__() or disk_usage(settings.data_dir).free > LEAST_ROOM):
            raise
        raise RoomError(
            f"there is no room left on the disk of {settings.data_dir}, so the run stopped; the last release stands. Make room "
            f"there and run again, or move it and name its new place with --data-dir ({_first_line(error)})"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
