"""The project as a whole: catalogue, contracts and models that fit each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assets.build import load_project
from pipeline import project
from pipeline.errors import SettingsError
from pipeline.registries.catalogue import load_catalogue


def test_a_registry_that_feeds_a_table_without_a_contract_is_refused_and_says_which_file_to_add(monkeypatch):
    catalogue = load_catalogue()
    catalogue["gemeenten"] = replace(catalogue["gemeenten"], feeds="stg_gemeentes")
    monkeypatch.setattr(project, "load_catalogue", lambda: catalogue)
    with pytest.raises(SettingsError, match=r"'gemeenten' feeds 'stg_gemeentes'.*add gemeentes\.yaml there"):
        load_project()
