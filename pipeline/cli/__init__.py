"""The command ``passend``: what a person types, and what it shows them.

Belongs here: where the process begins and ends, and its exit code. Each command is a module of ``commands``, found by its
being there. Does not belong here: the work itself, and who orchestrates it: the orchestrator starts the command line and
passes itself in (``assets.command``).
"""

from __future__ import annotations

import errno
import gc
import json
import logging
import os
import pkgutil
import sys
from importlib import import_module

from rich.text import Text

from pipeline.cli import commands
from pipeline.cli.application import app
from pipeline.cli.orchestrator import Orchestrator
from pipeline.cli.output import ERR, open_all, paragraph
from pipeline.errors import INTERRUPTED, PassendError, RoomError, SettingsError, interruptible

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

for module in pkgutil.iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{module.name}")


def main(orchestrator: Orchestrator) -> None:
    """Run the command that was typed and end the process with its exit code.

    A failure of ours is one paragraph; with --json it is a line of JSON.

    Two things make it quick. Imports make a million objects that stay, so they are not searched for garbage over and over
    (0.3 s); and the process leaves without taking itself apart piece by piece (0.5 s), for nothing is left to be done.
    """
    gc.set_threshold(100_000, 50, 50)
    open_all()
    debug = "--debug" in sys.argv[1:]
    if not debug:  # a library's log is no message of ours: of a connection that Ctrl-C closes, SQLAlchemy shows a traceback
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        code = _run_app([each for each in sys.argv[1:] if each != "--debug"], orchestrator)
    except PassendError as error:
        if debug:
            raise
        code = _fail(str(error), error.exit_code, type(error).__name__)
    except BrokenPipeError:
        code = 0
    except KeyboardInterrupt:
        code = _fail("stopped; the last release stands, and the next run goes on where this one was", INTERRUPTED, "Interrupted")
    except Exception as error:
        if debug:
            raise
        code = _unexpected(error)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answer has read enough
        pass
    except OSError as error:
        code = code or _unexpected(error)
    os._exit(code)


def _unexpected(error: Exception) -> int:
    if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:
        return _fail(f"what was to be shown cannot be written: {error.strerror}", RoomError.exit_code, RoomError.__name__)
    if isinstance(error, PermissionError) and error.filename:  # somebody else's data folder
        said = f"{error.filename} cannot be used: {error.strerror}; give this user rights there, or name another with --data-dir"
        return _fail(said, SettingsError.exit_code, SettingsError.__name__)
    said = f"unexpected {type(error).__name__}: {error}; run again with --debug for the traceback, and report it"
    return _fail(said, 1, type(error).__name__)


def _run_app(arguments: list[str], orchestrator: Orchestrator) -> int:
    try:
        with interruptible():
            app(args=arguments, obj=orchestrator)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which Typer takes for a failure
            raise end.__context__ from None
        if end.code == INTERRUPTED:  # Typer says so, and nothing else
            raise KeyboardInterrupt from None
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _fail(message: str, code: int, kind: str) -> int:
    if "--json" in sys.argv:
        told = json.dumps({"error": kind, "exit_code": code, "message": message}, ensure_ascii=False)
        print(told, file=sys.stderr, flush=True)
    else:
        text = Text("\n".join(paragraph(f"passend: {message}", ERR.width)))
        text.stylize("bold red", 0, len("passend:"))
        ERR.print(text, soft_wrap=True)
    return code
