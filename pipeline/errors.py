"""The failures a user can meet. Each message says what happened, where, and what to do; none needs a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

INTERRUPTED = 130  # as every shell knows it: 128 and the number of the signal


class PassendError(Exception):
    """Base of every failure that is ours to explain: what the command line ends with, and what that means to a person."""

    exit_code: ClassVar[int] = 1
    meaning: ClassVar[str] = "unexpected failure"


class SettingsError(PassendError):
    """A setting, option or catalogue entry that cannot be used."""

    exit_code = 2
    meaning = "wrong setting, option or query"


class FetchError(PassendError):
    """A registry that could not be retrieved."""

    exit_code = 3
    meaning = "a registry could not be retrieved, or is out of order for longer than its cadence (all else was made)"


class ReadError(PassendError):
    """A file that is not what its contract says."""

    exit_code = 4
    meaning = "a file is not what its contract says"


class CheckError(PassendError):
    """A critical check that failed, or that could not be carried out."""

    exit_code = 5
    meaning = "a critical check failed or could not be carried out (the last release stands)"


class BusyError(PassendError):
    """Another run or rollback that has been publishing in this data folder for too long."""

    exit_code = 6
    meaning = "another run or rollback is publishing"


class ExportError(PassendError):
    """An export that cannot be written where it was to go."""

    exit_code = 8
    meaning = "an export cannot be written"


class RoomError(PassendError):
    """There is no room left on the disk."""

    exit_code = 9
    meaning = "no room is left on the disk"


def exit_codes() -> dict[int, str]:
    """Return every exit code of the command line with what it means."""
    kinds: list[type[PassendError]] = [PassendError, *PassendError.__subclasses__()]
    return {0: "done", **{kind.exit_code: kind.meaning for kind in kinds}, INTERRUPTED: "stopped by Ctrl-C"}


def for_exit_code(code: int) -> type[PassendError]:
    """The kind of failure that an exit code stands for."""
    return next((kind for kind in PassendError.__subclasses__() if kind.exit_code == code), PassendError)


@contextmanager
def interruptible() -> Iterator[None]:
    """Re-raise KeyboardInterrupt when a library (DuckDB, during a query) has wrapped it in an exception of its own."""
    try:
        yield
    except Exception as error:
        before: BaseException | None = error
        while isinstance(before, Exception):
            before = before.__cause__ or before.__context__
        if before is None:
            raise
        raise before from None
