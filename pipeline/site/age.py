"""How old what a page rests on may be: the registries whose newest edition is older than their cadence.

Belongs here: which registries the pages warn of. Does not belong here: whether a retrieval is overdue (pipeline.run.summary).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import duckdb

from pipeline.registries.catalogue import load_catalogue


def old_registries(connection: duckdb.DuckDBPyConnection, description: Mapping[str, Any]) -> dict[str, str]:
    """Return by registry the day its newest edition is of, where the release is later by more than the registry's cadence.

    A fictitious registry is as old as its country's calendar says, of which nobody has to be warned.
    """
    if description["fictitious"]:
        return {}
    made = datetime.date.fromisoformat(description["created"][:10])
    newest = connection.execute(
        "select dataset, max(peildatum) from bron where status = 'gelezen' and peildatum is not null group by all order by all"
    ).fetchall()
    catalogue = load_catalogue()
    return {name: day.isoformat() for name, day in newest if name in catalogue and (made - day).days > catalogue[name].cadence}
