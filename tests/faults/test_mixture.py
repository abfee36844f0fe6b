"""A short piece of the soak over combinations, and the judge of it is judged."""

from __future__ import annotations

import pytest

from tests.faults.mixture import Mixture
from tests.faults.troubles import CONTENT, NETWORK

BODY = b"a;b\r\n1;2\r\n3;4\r\n"


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    with Mixture(tmp_path_factory.mktemp("mixture"), seed=7) as mixture:
        mixture.live(6)
        yield mixture


def test_amid_faults_no_release_is_wrong_and_a_plain_run_heals_it(lived):
    assert lived.problems == []
    assert lived.figures()["runs"] >= 6


def test_a_release_of_a_file_that_the_portal_never_gave_is_wrong(lived, monkeypatch):
    monkeypatch.setattr(lived, "known", set())
    monkeypatch.setattr(lived, "problems", [])
    lived.judge()
    assert "which the portal never gave" in lived.problems[0]


def test_a_release_that_its_files_do_not_give_is_wrong(lived, monkeypatch):
    monkeypatch.setattr(lived, "problems", [])
    monkeypatch.setattr(lived, "_proven", set())
    monkeypatch.setattr("tests.faults.mixture.rebuild", lambda *_: [type("Rebuilt", (), {"table": "vestiging", "same": False})])
    lived.judge()
    assert "made again differs in vestiging" in lived.problems[0]


def test_an_installation_that_a_plain_run_does_not_heal_is_stuck(lived, monkeypatch):
    monkeypatch.setattr(lived, "problems", [])
    monkeypatch.setattr(lived, "wanted", lived.wanted | {("vestigingen_bo", "0" * 64)})
    lived.run_plainly()
    assert "stuck, without [('vestigingen_bo'" in lived.problems[0]


@pytest.mark.parametrize("change", [each for name, each in {**NETWORK, **CONTENT}.items() if name != "a reset"])
def test_what_goes_wrong_at_the_portal_changes_its_answer(change):
    assert change(BODY) != (200, BODY)
