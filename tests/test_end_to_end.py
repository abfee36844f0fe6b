"""The command a user types, on the whole sandbox, over real sockets; and what came out against what is true there."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest

from assets.build import build_defs, load_project
from assets.local.instance import open_instance
from assets.registries import registry_key
from pipeline import sandbox
from pipeline.archive.archive import Archive
from pipeline.archive.states import states
from pipeline.sandbox.country import NATIONAL
from pipeline.sandbox.country.places import ended
from pipeline.settings import Settings
from pipeline.store.objects import Store
from tests.conftest import REPOSITORY
from tests.support import rowcounts

PASSEND = Path(sys.executable).with_name("passend")
OPEN = "geldig"


def passend(data, *arguments):
    return subprocess.run(
        [PASSEND, *arguments, "--data-dir", str(data)], capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def data(national):
    return national.data


@pytest.fixture(scope="module")
def run(national):
    return national.run


@pytest.fixture(scope="module")
def truth(run, data):
    (edition,) = (data / "sandbox").iterdir()
    return sandbox.truth(edition)


@pytest.fixture(scope="module")
def ask(run, data):
    with duckdb.connect(str(data / "releases" / "latest" / "passend_onderwijs.duckdb"), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).to_arrow_table().to_pandas()


@pytest.mark.usefixtures("run")
def test_every_table_has_the_rows_that_are_expected(data):
    rowcounts.check("rows_sandbox", data / "releases" / "latest")


def test_every_open_location_is_there_and_no_other(ask, truth):
    known = truth["vestiging"]
    wanted = known.loc[~known.gesloten, ["vestigingscode", "soort"]].sort_values("vestigingscode", ignore_index=True)
    found = ask("select vestigingscode, soort from vestiging order by 1")
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_every_link_and_how_it_is_known_is_what_is_true(ask, truth):
    links = truth["vestiging_swv"]
    wanted = links.loc[~links.gesloten, ["vestigingscode", "sector", "swv_code", "methode"]].set_index(
        ["vestigingscode", "sector"]
    )
    found = ask(f"select vestigingscode, sector, swv_code, methode from vestiging_swv where {OPEN}").set_index(
        ["vestigingscode", "sector"]
    )
    together = wanted.add_suffix("_waar").join(found, how="outer", validate="one_to_one").fillna("-")
    wrong = together[(together.swv_code_waar != together.swv_code) | (together.methode_waar != together.methode)]
    assert wrong.empty, wrong.head(20).to_string()
    assert set(found.methode.dropna()) == {"rio", "landelijk", "rio_regio", "regeling", "gemeente"}


def test_what_is_not_linked_says_why(ask):
    reasons = ask("select reden, count(*) as aantal from vestiging_swv where swv_code is null group by reden")
    assert reasons.reden.notna().all()
    assert reasons.reden.str.contains("cluster 1 en 2").any()
    assert reasons.reden.str.contains("staat in geen regio-indeling").any()


def test_a_former_region_has_its_own_period(ask, truth):
    links = truth["vestiging_swv"]
    in_rio = links.methode.isin(["rio", "rio_regio"])
    until = links.vorige.map({code: pd.Timestamp(day) for code, (_, day) in ended(NATIONAL).items()})
    # a link by place begins no earlier than the first sighting of the school; a relation has a date of its own, of a school that
    # was there: a school opens in August of the first year in which it has pupils
    seen = ask("select vestigingscode, eerst_gezien from vestiging").set_index("vestigingscode").eerst_gezien
    pupils = truth["aantallen"].filter(like="jaar_").groupby(truth["eenheid"]["vestiging"]).sum()
    opened = pd.to_datetime((pupils > 0).idxmax(axis=1).str.removeprefix("jaar_").astype(int).add(2010).astype(str) + "-08-01")
    there = pd.to_datetime(links.vestigingscode.map(seen)).where(links.methode != "rio", links.vestiging.map(opened)) < until
    former = links.loc[links.vorige.notna() & ~links.gesloten & in_rio & there, ["vestigingscode", "sector", "vorige"]]
    assert len(former) > 40
    periods = ask("select vestigingscode, sector, swv_code as vorige, geldig_tot from vestiging_swv where geldig_tot is not null")
    assert len(former.merge(periods, on=["vestigingscode", "sector", "vorige"])) == len(former)
    overlap = """
        select a.vestigingscode from vestiging_swv a join vestiging_swv b using (vestigingscode, sector)
        where a.geldig_vanaf < b.geldig_vanaf and coalesce(a.geldig_tot, date '9999-12-31') > b.geldig_vanaf"""
    assert ask(overlap).empty


def test_pupils_lie_within_their_bounds(ask, truth):
    units = truth["eenheid"].join(truth["vestiging"][["vestigingscode", "gesloten"]], on="vestiging").join(truth["aantallen"])
    known = units.loc[~units.gesloten, ["vestigingscode", "soort", "jaar_15"]].rename(columns={"jaar_15": "waar"})
    found = ask(
        "select vestigingscode, soort, ondergrens, bovengrens from leerlingen_vestiging where peildatum = date '2025-10-01'"
    )
    both = known.merge(found, on=["vestigingscode", "soort"], how="left")
    both = both[both.waar > 0]
    assert both.ondergrens.notna().all(), both[both.ondergrens.isna()].head().to_string()
    assert ((both.ondergrens <= both.waar) & (both.waar <= both.bovengrens)).all()


def test_conflicts_are_those_where_the_methods_disagree(ask):
    found = ask("select vestigingscode, sector, methode, swv_code, gekozen from koppelconflict")
    assert len(found) > 100
    assert (found.groupby(["vestigingscode", "sector"]).swv_code.nunique() > 1).all()
    assert (found.groupby(["vestigingscode", "sector"]).gekozen.sum() == 1).all()


def test_exactly_the_flaws_are_rejected_and_everything_read_is_accounted_for(ask, truth):
    flaws = truth["afgekeurd"][["dataset", "regel", "kolom"]].sort_values(["dataset", "regel", "kolom"], ignore_index=True)
    found = ask("select dataset, regel, kolom from afgekeurd order by all")
    pd.testing.assert_frame_equal(found, flaws, check_dtype=False)
    assert ask("select * from bron where regels_gelezen != regels_geladen + regels_afgekeurd").empty
    assert (ask("select regels_gelezen from bron where status = 'gelezen'").regels_gelezen > 0).all()


def test_the_page_in_place_of_a_file_is_refused_by_name(run, ask):
    refused = ask("select dataset, bestand, reden from bron where status = 'geweigerd'")
    assert list(refused.dataset) == ["so_vso_categorie"]
    assert "HTML" in refused.reden[0]
    assert "so_vso_categorie" in run.stdout


def test_the_release_says_that_it_is_made_up(ask, data):
    assert '"fictitious": true' in (data / "releases" / "latest" / "datapackage.json").read_text()
    comments = ask("select comment from duckdb_tables() where not internal").comment
    assert comments.str.startswith("FICTIEVE GEGEVENS").all()


def test_a_second_run_downloads_nothing_and_makes_no_new_release(run, data):
    before = sorted(each.name for each in (data / "raw").rglob("*.json"))
    again = passend(data, "run", "--source", "sandbox")
    assert again.returncode == 0, again.stderr
    assert "release (unchanged)" in again.stdout
    assert len([each for each in (data / "releases").iterdir() if not each.is_symlink() and not each.name.startswith(".")]) == 1
    files = [name for name in sorted(each.name for each in (data / "raw").rglob("*.json")) if name not in before]
    # CBS and PDOK offer no way to ask whether something changed; everything else is not sent again
    assert len(files) <= 4


# -- the domain, against what is true there ---------------------------------------------------------------------------


def test_our_sums_over_locations_are_the_totals_that_the_publisher_gives(ask):
    found = ask("select swv_code, soort, peildatum, verschil, vestiging_boven_totaal from vergelijking_swv")
    assert len(found) > 3_000
    assert (found.verschil == 0).all()
    assert found.vestiging_boven_totaal.isna().all()


def test_the_flows_of_a_date_add_up_to_all_pupils(ask, truth):
    units = truth["eenheid"].join(truth["aantallen"]).join(truth["vestiging"][["cluster"]], on="vestiging")
    # the publisher's table by SWV leaves out locations of which nobody knows the SWV
    known = units[units.swv_code.notna() | units.cluster.isin(["1", "2"])]
    pupils = known.groupby("soort").jaar_15.sum()
    found = ask(
        "select soort, sum(ondergrens)::bigint as minstens, sum(bovengrens)::bigint as hoogstens from grensverkeer "
        "where peildatum = date '2025-10-01' group by soort"
    ).set_index("soort")
    assert set(found.index) == {"BO", "SBO", "SO", "VSO"}
    for soort, row in found.iterrows():
        assert row.minstens <= pupils[soort] <= row.hoogstens, soort


def test_participation_lies_within_its_bounds(ask, truth):
    units = truth["eenheid"].join(truth["aantallen"])
    units = units[units.swv_code.notna()]
    pupils = units.pivot_table(index="swv_code", columns="soort", values="jaar_15", aggfunc="sum", fill_value=0)
    true = 100 * pupils.SBO / (pupils.BO + pupils.SBO)
    found = ask(
        "select swv_code, percentage_ondergrens as minstens, percentage_bovengrens as hoogstens from deelname_swv "
        "where soort = 'SBO' and rol = 'vestiging' and peildatum = date '2025-10-01'"
    ).set_index("swv_code")
    assert len(found) > 70
    # a location that no method could place belongs to one of several
    within = (found.minstens - 0.1 <= true[found.index]) & (true[found.index] <= found.hoogstens + 0.1)
    assert within.all(), found[~within]


def test_the_heir_of_an_ended_region_is_found(ask):
    found = ask("select swv_code, opvolger, einddatum::varchar as einddatum from samenwerkingsverband where opvolger is not null")
    assert {row.swv_code: (row.opvolger, row.einddatum) for row in found.itertuples()} == ended(NATIONAL)


def test_every_asset_tells_its_day_its_terms_its_bytes_and_what_identifies_them(run, data):
    """In what it is defined with and what the run added: as an entry, or as a column of a table of files."""
    settings, project = Settings(data_dir=data), load_project()
    graph = build_defs(settings, project).resolve_asset_graph()
    found = states(project.catalogue, Archive(Store(settings.data_dir)), None, datetime.now(UTC))
    # no origin provides it, so nothing was made of it; and the years before are for a backfill (tests/test_editions.py)
    not_here = {registry_key(each.dataset) for each in found if each.checked_at is None}
    not_here |= {dg.AssetKey(project.catalogue[key.path[-1]].feeds) for key in not_here}
    with open_instance(settings) as instance:
        for key in graph.get_all_asset_keys() - not_here:
            node = graph.get(key)
            if node.is_partitioned:
                continue
            told = {}
            if event := instance.get_latest_materialization_event(key):
                told |= event.asset_materialization.metadata
            # of a registry whose file was refused, and of the file of a table in the release
            for record in instance.fetch_observations(key, 1).records:
                told |= record.asset_observation.metadata
            entries = {**node.metadata, **told}
            assert {"docs", "licence", "peildatum"} <= entries.keys(), key
            tables = [each for each in entries.values() if isinstance(each, dg.TableMetadataValue)]
            columns = {column.name for each in tables for column in each.schema.columns}
            assert {"bytes", "sha256"} <= entries.keys() | columns, key
            if "dagster/column_schema" in entries:
                assert {"dagster/row_count", "preview"} <= entries.keys(), key


def test_every_query_of_the_docs_has_an_answer(ask):
    pages = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
    queries = [
        query
        for page in pages
        for block in re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for query in duckdb.extract_statements(block)
    ]
    assert len(queries) > 8
    for query in queries:
        assert len(ask(query.query).columns), query.query


def test_the_ten_questions_are_answered(data, run):
    script = REPOSITORY / "docs" / "ten_questions.py"
    done = subprocess.run(
        [sys.executable, script, data / "releases" / "latest"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [f"\n{number}. " in done.stdout for number in range(1, 11)] == [True] * 10
