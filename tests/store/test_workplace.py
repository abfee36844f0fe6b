"""Folders for work that is not done yet."""

import fcntl
import multiprocessing
import os
import signal

import pytest

from pipeline.store.workplace import MARK, Workplace


def test_a_folder_that_is_handed_over_is_as_readable_as_its_parent(tmp_path):
    (tmp_path / "plain").mkdir()
    place = Workplace(tmp_path, "work-")
    place.hand_over(tmp_path / "done")
    assert (tmp_path / "done").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert not list((tmp_path / "done").iterdir())


def test_a_folder_goes_with_the_block_that_used_it(tmp_path):
    with Workplace(tmp_path, "work-") as place:
        (place.path / "rows").touch()
    assert not list(tmp_path.iterdir())


def test_the_folder_of_an_owner_at_work_stays_and_that_of_a_killed_one_goes(tmp_path):
    begun, beginning = multiprocessing.Pipe(duplex=False)
    owner = multiprocessing.get_context("fork").Process(target=_work, args=(tmp_path, beginning))
    owner.start()
    left = begun.recv()
    with Workplace(tmp_path, "work-"):
        assert left.exists()
    os.kill(owner.pid, signal.SIGKILL)
    owner.join()
    with Workplace(tmp_path, "work-"):
        assert not left.exists()


@pytest.mark.parametrize("at", ["the file of the lock", "its lock"])
def test_a_folder_that_another_clears_before_it_is_locked_is_made_anew(tmp_path, monkeypatch, at):
    """Another begins at that moment, and cannot tell it from one that was left."""
    module = "pipeline.store.workplace"
    others, lock, open_ = [], fcntl.flock, type(tmp_path).open

    def begin(*_):
        if not others:
            others.append(None)
            others.append(Workplace(tmp_path, "work-"))

    if at == "its lock":
        monkeypatch.setattr(f"{module}.fcntl.flock", lambda file, how: (how == fcntl.LOCK_EX and begin(), lock(file, how)))
    else:
        monkeypatch.setattr(type(tmp_path), "open", lambda path, mode: (mode == "x" and begin(), open_(path, mode))[1])
    place = Workplace(tmp_path, "work-")
    monkeypatch.undo()
    with Workplace(tmp_path, "work-") as third:
        assert {each.name for each in tmp_path.iterdir() if each.is_dir()} == {
            each.path.name for each in (place, others[1], third)
        }
        assert all(_is_at_work(each) for each in (place, others[1], third))
    for each in (place, others[1]):
        each.clear()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_folder_whose_owner_was_killed_while_it_cleared_it_goes_too(tmp_path, done):
    _killed_after(done, lambda: Workplace(tmp_path, "work-"), Workplace.clear)
    assert list(tmp_path.iterdir())
    with Workplace(tmp_path, "work-"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_whose_owner_was_killed_when_it_was_handed_over_is_done_and_unmarked(tmp_path):
    _killed_after(1, lambda: Workplace(tmp_path, "work-"), lambda place: place.hand_over(tmp_path / "done"), of="rename")
    with Workplace(tmp_path, "work-"):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["done"]
    assert sorted(each.name for each in (tmp_path / "done").iterdir()) == ["0", "1", "2"]


def _killed_after(done, begin, end, of="unlink"):
    """Fill a workplace with three files, and kill its owner when so many calls are done of all that ``end`` makes."""

    def work():
        place, left, call = begin(), [done], getattr(os, of)
        for number in range(3):
            (place.path / str(number)).touch()

        def last(*arguments, **more):
            call(*arguments, **more)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        setattr(os, of, last)
        end(place)

    owner = multiprocessing.get_context("fork").Process(target=work)
    owner.start()
    owner.join()
    assert owner.exitcode == -signal.SIGKILL


def _is_at_work(place):
    """Whether the owner of a folder can be seen to be at work."""
    with place.path.with_name(f"{place.path.name}{MARK}").open() as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _work(folder, beginning):
    place = Workplace(folder, "work-")
    beginning.send(place.path)
    signal.pause()
