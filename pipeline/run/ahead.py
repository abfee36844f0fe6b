"""Work done ahead of its turn: tables are made on every core as soon as what they read is there, while the orchestrator, which
goes through its steps one by one, has much to write down.

Belongs here: a pool of threads and the order in which it is fed. Does not belong here: what the work is. A step knows nothing of
it: it asks for its table, which is there already or is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock


class Ahead:
    """Tasks by name, each carried out once, after the tasks that it comes after.

    A task is handed to the pool when those have ended, well or not, so that no thread waits for another. One that cannot do
    without a task that failed says so itself.
    """

    def __init__(self, work: Callable[[str], object], after: Mapping[str, Collection[str]], threads: int) -> None:
        self._work, self._lock = work, Lock()
        self._pool = ThreadPoolExecutor(threads, "maker")
        self._left = {name: {each for each in before if each in after} for name, before in after.items()}
        self._next: dict[str, list[str]] = {name: [] for name in after}
        for name, before in self._left.items():
            for each in before:
                self._next[each].append(name)
        self._done: dict[str, Future[object]] = {name: Future() for name in after}
        self._begun: list[Future[None]] = []
        with self._lock:
            for name in [name for name, before in self._left.items() if not before]:
                self._begun.append(self._pool.submit(self._run, name))

    def __contains__(self, name: str) -> bool:
        return name in self._done

    def result(self, name: str) -> object:
        """Wait for a task, and return what it gave or raise what it raised."""
        return self._done[name].result()

    def wait(self, names: Iterable[str]) -> None:
        """Wait until those of the tasks have ended, well or not, that are among ``names``."""
        wait([self._done[each] for each in names if each in self._done])

    def stop(self, interrupt: Callable[[], None]) -> None:
        """Begin no other task, and call ``interrupt`` until those at work have ended."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        while not all(each.done() for each in self._begun):
            interrupt()
            time.sleep(0.05)

    def _run(self, name: str) -> None:
        try:
            self._done[name].set_result(self._work(name))
        except BaseException as error:
            self._done[name].set_exception(error)
        with self._lock:
            for each in self._next[name]:
                self._left[each].discard(name)
                if not self._left[each]:
                    try:
                        self._begun.append(self._pool.submit(self._run, each))
                    except RuntimeError as error:  # stopped in the meantime
                        self._done[each].set_exception(error)
