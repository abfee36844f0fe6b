"""The pages that are made from the code are those in the repository, and every page's links lead somewhere."""

from __future__ import annotations

import re
import sys

import pytest

from assets.location import load_project
from tests.conftest import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def test_the_data_dictionary_is_that_of_the_contracts(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    import dictionary

    monkeypatch.delitem(sys.modules, "dictionary")
    made = dictionary.dictionary(load_project())
    assert dictionary.TARGET.read_text(encoding="utf-8") == made, "run `make dictionary`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_within_the_project_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
