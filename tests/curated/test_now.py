"""Now is a day: one macro says what holds on it, wherever that is asked, and an open end is never taken for it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from pipeline.curated.build import recipe
from pipeline.curated.questions import load_questions
from pipeline.errors import SettingsError
from tests.conftest import REPOSITORY
from tests.support.database import CONTRACTS, DAY, empty, models

BEGIN, END = date(2014, 8, 1), date(2020, 8, 1)
# queries of our own, and those that readers are shown
ASKING = (
    "assets/**/*.sql",
    "pipeline/**/*.sql",
    "pipeline/**/*.py",
    "docs/**/*.md",
    "docs/*.py",
    "README.md",
    "site/src/**/*.ts*",
)
# an open end by itself, and not what holds now: what the place means by it
OPEN_END = {
    "assets/sql/gebieden/gemeente_swv.sql": "a gemeente of which nothing lies in the region without end",
    "assets/sql/gebieden/postcode4_swv.sql": "the days on which something ends",
    "assets/sql/koppeling/koppeling.sql": "the days on which something ends",
    "assets/sql/samenwerkingsverbanden/samenwerkingsverband.sql": "no end in any of its rows is no end",
    "assets/sql/verantwoording/registerafwijking.sql": "a region without end of an SWV that has one",
    "assets/sql/vestigingen/vestiging_historie.sql": "a period that the newest edition still shows has no end to name",
    "assets/sql/vestigingen/wijzigingen.sql": "an end is a change",
    "docs/history.md": "the whole condition, for who reads without the macro",
    "docs/how-to/add-a-table.md": "says so",
    "pipeline/releases/difference.py": "releases of before there was a day of the release",
    "site/src/pages/Swv.tsx": "an announced SWV, of which no end is known",
}
WRITTEN = re.compile(
    r"(geldig_tot|einddatum)\s+is\s+(not\s+)?null|is\.na\(geldig_tot\)|(geldig_tot|einddatum)\s*[!=]==? null|!\w+\.einddatum",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("begin", "end", "day", "holds"),
    [
        (BEGIN, END, BEGIN, True),
        (BEGIN, END, date(2014, 7, 31), False),
        (BEGIN, END, date(2020, 7, 31), True),
        (BEGIN, END, END, False),  # an end is the first day after the last
        (BEGIN, None, date(9999, 1, 1), True),
        (None, END, date(1900, 1, 1), True),
        (None, None, BEGIN, True),
        (END, BEGIN, date(2017, 8, 1), False),  # holds on no day
    ],
)
def test_what_holds_on_a_day(begin, end, day, holds):
    with empty() as database:
        assert database.execute("select geldt_op(?::date, ?::date, ?::date)", [begin, end, day]).fetchone() == (holds,)


def test_now_is_the_day_of_the_release():
    with empty() as database:
        assert database.execute("select peildag()::varchar").fetchone() == (DAY,)
        ask = "select geldt_nu(date '2014-08-01', ?::date)"
        assert [database.execute(ask, [end]).fetchone() for end in (DAY, "2026-08-02", None)] == [(False,), (True,), (True,)]


def test_a_table_knows_the_macros_that_its_query_calls_and_what_those_read():
    aanbod = models()["vestiging_aanbod"]
    assert [each.name for each in aanbod.macros] == ["geldt_op", "peildag", "geldt_nu"]
    assert "peildag" in aanbod.depends
    gebieden = models()["grensverkeer"]
    assert [each.name for each in gebieden.macros] == ["geldt_op", "hoogstens", "minstens", "herkomst_swv_op"]
    assert "peildag" not in gebieden.depends


def test_another_macro_is_another_table():
    model, contract = models()["grensverkeer"], CONTRACTS["grensverkeer"]
    macro, *others = model.macros
    other = replace(macro, sql=macro.sql.replace("<= datum", "< datum"))
    assert recipe(replace(model, macros=(other, *others)), contract) != recipe(model, contract)


def test_macros_that_call_each_other_are_named(tmp_path):
    (tmp_path / "macros").mkdir()
    for name, other in (("een", "twee"), ("twee", "een")):
        (tmp_path / f"macros/{name}.sql").write_text(f"-- Woorden.\ncreate macro {name}(a) as\n    {other}(a)\n")
    with pytest.raises(SettingsError, match="in a circle"):
        load_questions(tmp_path)


def test_an_open_end_never_means_now():
    paths = {path for pattern in ASKING for path in REPOSITORY.glob(pattern) if path.is_file()}
    found = {
        path.relative_to(REPOSITORY).as_posix() for path in paths if WRITTEN.search(path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert found == OPEN_END.keys()


def test_no_query_writes_the_condition_of_a_day_itself():
    written = re.compile(r"geldig_vanaf\s*<=?\s*[\w.]+\s+and\s+(coalesce\(|\()?(\w+\.)?geldig_tot", re.IGNORECASE)
    queries = [*REPOSITORY.glob("assets/sql/**/*.sql"), *REPOSITORY.glob("pipeline/site/sql/**/*.sql")]
    assert [path.name for path in queries if written.search(path.read_text(encoding="utf-8"))] == []
