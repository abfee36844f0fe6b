"""The failures a user can meet. Each message says what happened, where, and what to do; none needs a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class PassendError(Exception):
    """Base of every failure that is ours to explain; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class SettingsError(PassendError):
    """A setting, option or catalogue entry that cannot be used."""

    exit_code = 2


class FetchError(PassendError):
    """A registry that could not be retrieved."""

    exit_code = 3


class ReadError(PassendError):
    """A file that is not what its contract says."""

    exit_code = 4


class CheckError(PassendError):
    """A critical check that failed, or that could not be carried out."""

    exit_code = 5


class BusyError(PassendError):
    """Another run holds the warehouse."""

    exit_code = 6


class WarehouseError(PassendError):
    """The private warehouse file is damaged."""

    exit_code = 7


class ExportError(PassendError):
    """An export that cannot be written where it was to go."""

    exit_code = 8


class RoomError(PassendError):
    """There is no room left on the disk."""

    exit_code = 9


def for_exit_code(code: int) -> type[PassendError]:
    """The kind of failure that an exit code stands for."""
    return next((kind for kind in PassendError.__subclasses__() if kind.exit_code == code), PassendError)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C be what it is, where a library that it came amid (DuckDB in a query) told of it by an error of its own."""
    try:
        yield
    except Exception as error:
        before: BaseException | None = error
        while isinstance(before, Exception):
            before = before.__cause__ or before.__context__
        if before is None:
            raise
        raise before from None
