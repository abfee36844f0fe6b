"""Folders for work that is not done yet."""

import multiprocessing
import os
import signal

from pipeline.store.workplace import Workplace


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


def _work(folder, beginning):
    place = Workplace(folder, "work-")
    beginning.send(place.path)
    signal.pause()
