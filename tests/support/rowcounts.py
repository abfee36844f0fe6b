"""How many rows came out of known input, kept in git: a change of any of them is reviewed as a difference.

``make expected`` writes the files anew; a test that calls ``check`` compares with them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import yaml

FOLDER = Path(__file__).parent.with_name("expected")
RENEW = "PASSEND_TEST_RENEW"  # set by `make expected`


def counts(release: Path) -> dict[str, Any]:
    """Rows per table of a release; per registry its files and what became of their records."""
    description = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        read = connection.from_parquet(str(release / "bron.parquet")).aggregate(
            "dataset, count(*), sum(regels_gelezen)::bigint, sum(regels_geladen)::bigint, sum(regels_afgekeurd)::bigint"
        )
        names = ("files", "read", "loaded", "rejected")
        registries = {dataset: dict(zip(names, numbers, strict=True)) for dataset, *numbers in sorted(read.fetchall())}
    return {
        # herkomst_kolom tells of the code, and tests/test_docs.py holds it
        "tables": {
            table: each["rows"]
            for each in description["resources"]
            if "rows" in each and (table := Path(each["path"]).stem) != "herkomst_kolom"
        },
        "registries": registries,
    }


def check(name: str, release: Path) -> None:
    """Compare a release with ``expected/<name>.yaml``, or write that file where it is to be renewed."""
    path, found = FOLDER / f"{name}.yaml", counts(release)
    if os.environ.get(RENEW):
        head = "# written by `make expected`: what known input comes to; review a change of it as any other\n"
        path.write_text(head + yaml.safe_dump(found, sort_keys=True), encoding="utf-8")
    wanted = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part in ("tables", "registries"):
        differ = {each: (wanted[part].get(each), found[part].get(each)) for each in wanted[part] | found[part]}
        differ = {each: pair for each, pair in differ.items() if pair[0] != pair[1]}
        assert not differ, f"{part} of {name} (expected, found): {differ}; if that is right: make expected, and commit it"
