"""What a release says beside what is true of its day: a sentence for each difference.

Belongs here: what is compared, of what stands now, links, regions and pupils. Does not belong here: what happened (history), or
how it is compared (ask).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.releases.release import DUCKDB_FILE, Release
from pipeline.sandbox import editions
from pipeline.sandbox.country.calendar import NOTICE
from pipeline.sandbox.country.day import last_year
from pipeline.sandbox.secondary import VO_YEARS
from tests.year import history
from tests.year.ask import SAYS, SHOWN, Ask, Lived

SCHOOLS, HISTORY, LINKS, REGIONS, EARLIER, PUPILS, OUT = SUBJECTS = (
    "vestiging", "wijzigingen", "vestiging_swv", "postcode4_swv", "een eerdere dag", "leerlingen", "gepubliceerd",
)  # fmt: skip


def differences(release: Path, lived: Lived) -> Iterator[tuple[str, str]]:
    """Yield a subject and a sentence for each thing in which a release of the last day differs from the truth."""
    with duckdb.connect(str(release / DUCKDB_FILE), read_only=True) as connection:
        ask = Ask(connection, lived)
        yield from ((SCHOOLS, each) for each in _schools(ask))
        for question in (history.stood, history.changed, history.linked, history.merged):
            yield from ((HISTORY, each) for each in question(ask))
        yield from _links(ask)
        yield from _regions(ask)
        yield from ((PUPILS, each) for each in _pupils(ask))


def withheld(release: Release, lived: Lived) -> Iterator[tuple[str, str]]:
    """Yield a sentence where something was out on the last day that was not on the day before it, and no release tells it."""
    if not release.unchanged or len(lived.days) == 1:
        return
    before, day = lived.days[-2:]
    truth, kind = lived.truth, lived.kind
    found = [f"{row.soort} {row.vestigingscode}" for row in truth.changes(before, day).itertuples()]
    for each in truth.calendar.rezonings:
        found += [f"{each.leaves} naar {each.joins}"] * (before < each.day <= day or before < each.day - NOTICE <= day)
    found += ["een postcode"] * any(before < each <= day for each in truth.calendar.postcode)
    found += ["leerlingen van een jaar"] * (last_year(before) != last_year(day))
    found += ["een verbeterd register"] * (editions.misplaced(kind, before) != editions.misplaced(kind, day))
    if found:
        yield OUT, f"uitgekomen en niet gepubliceerd: {len(found)} ({', '.join(found[:SHOWN])})"


def _schools(ask: Ask) -> Iterator[str]:
    """Every location that stands, as a register that is right has it; of one that is misplaced that day, that it stands."""
    newest = "(select max(dag) from editie)"
    wrong = f"vestigingscode in (select misplaatst from editie where dag = {newest})"
    says = f"select vestigingscode as sleutel, case when {wrong} then '' else {SAYS} end as waarde"
    stands = "select vestigingscode as sleutel, '' as waarde"
    yield from ask.compare("vestiging", f"{says} from vestiging", f"{says} from waar_vestiging where editie = {newest}")
    yield from ask.compare(
        "vestiging_bekend",
        f"{stands} from vestiging_bekend where actueel",
        f"{stands} from waar_vestiging where editie = {newest}",
    )


def _links(ask: Ask) -> Iterator[tuple[str, str]]:
    """The link of every location on each day on which any began or ended, by the truth or the table, and on each of a run."""
    days = ask.rows(f"""
        select distinct dag
        from (
            select unnest([van, tot]) as dag from waar_koppeling
            union all select unnest([geldig_vanaf, geldig_tot]) from koppeling
            union all select dag from gelopen
        )
        where dag <= date '{ask.day}'
    """)
    ask.make("gevonden_koppeling", " union all ".join(
        f"select date '{day}' as dag, vestigingscode, sector, swv_code, methode, gezien from vestiging_swv_op('{day}')"
        for (day,) in days
    ))  # fmt: skip
    # between two runs, what is true may be known since its own day, or since the next run
    ask.make(
        "waar_op",
        """
        with dagen as (select distinct dag from gevonden_koppeling),
        waarheid as (
            select dag, dag as van from dagen
            union
            select d.dag, max(l.dag) from dagen d join gelopen l on l.dag <= d.dag group by d.dag
        )
        select d.dag, w.vestigingscode, w.sector, w.swv_code, w.methode, w.van
        from waarheid d
        join waar_koppeling w on w.van <= d.van and d.van < w.tot
    """,
    )
    ask.make("koppelverschil", f"""
        with gezocht as (
            select dag, vestigingscode, sector, list(distinct coalesce(swv_code, '')) as codes, bool_and(methode = 'rio') as rio,
                count(*) as keer
            from waar_op
            group by dag, vestigingscode, sector
        ),
        naast as (
            select dag, vestigingscode, sector, g.vestigingscode is not null as gevonden, g.swv_code, g.methode, g.gezien,
                w.codes, w.rio, w.keer = (select count(distinct o.van) from waar_op o where o.dag = w.dag) as altijd
            from gevonden_koppeling g
            full join gezocht w using (dag, vestigingscode, sector)
        ),
        -- of a location that closed, the last edition that has it is the last that is known
        dicht as (
            select vestigingscode, (select max(e.dag) from editie e where e.dag < c.sluit) as laatst
            from waar_wijziging c
            where soort = 'gesloten'
        )
        select
            dag,
            case
                when not gevonden then case
                    when altijd and (dag >= date '{ask.first}' or rio)
                        and not exists (from dicht d where d.vestigingscode = n.vestigingscode and d.laatst < n.dag)
                        then 'ontbreken'
                end
                -- of days before the first run: what a registry dates, and what did not move since
                when dag < date '{ask.first}' and (swv_code is null or gezien is null
                    or methode != 'rio' and vestigingscode in (select vestigingscode from eerder_verhuisd)) then null
                when codes is null then 'te veel'
                when not list_contains(codes, coalesce(swv_code, '')) then 'anders'
            end as wat,
            concat_ws(' ', vestigingscode, sector, 'op', dag) || case when gevonden and codes is not null
                then ': ' || coalesce(swv_code, 'niets') || ', waar is ' || array_to_string(codes, ' of ') else '' end as sleutel
        from naast n
        where not exists (from editie e where e.misplaatst = n.vestigingscode and e.dag <= n.dag and n.dag < e.tot)
    """)  # fmt: skip
    for subject, when in ((LINKS, "="), (EARLIER, "<")):
        found = ask.sentences("vestiging_swv_op", f"from koppelverschil where dag {when} date '{ask.day}'")
        yield from ((subject, each) for each in found)


def _regions(ask: Ask) -> Iterator[tuple[str, str]]:
    """The same of postcodes that a list names; those that none does may be worked out, or not."""
    ask.make("regioverschil", f"""
        with dagen as (
            select distinct dag
            from (
                select unnest([van, tot]) as dag from waar_regio
                union all select unnest([geldig_vanaf, geldig_tot]) from postcode4_swv
                union all select dag from gelopen
            )
            where dag between (select min(van) from waar_regio) and date '{ask.day}'
        ),
        gevonden as (
            select dag, postcode4 || ' ' || sector as plek, swv_code
            from postcode4_swv
            join dagen on geldt_op(geldig_vanaf, geldig_tot, dag)
        ),
        gezocht as (select dag, plek, swv_code, genoemd from waar_regio join dagen on van <= dag and dag < tot)
        select
            dag,
            case
                when g.plek is null then case when w.genoemd then 'ontbreken' end
                -- since when a postcode is there, no registry says
                when w.plek is null then case
                    when dag = date '{ask.day}' or g.plek not in (select plek from waar_regio) then 'te veel'
                end
                when g.swv_code != w.swv_code then 'anders'
            end as wat,
            concat_ws(' ', plek, 'op', dag) || coalesce(': ' || g.swv_code || ', waar is ' || w.swv_code, '') as sleutel
        from gevonden g
        full join gezocht w using (dag, plek)
        union all
        select dag, 'dubbel', plek from gevonden group by dag, plek having count(*) > 1
    """)  # fmt: skip
    for subject, when in ((REGIONS, "="), (EARLIER, "<")):
        found = ask.sentences("postcode4_swv", f"from regioverschil where dag {when} date '{ask.day}'")
        yield from ((subject, each) for each in found)


def _pupils(ask: Ask) -> Iterator[str]:
    """Every kind of every location in every year: the number itself, or bounds around it where registries hide 1 to 4."""
    # secondary education has a file per year, of the newest year alone: as it was on the first day that it was out
    years = {last_year(each): each for each in reversed(ask.days)}
    vo = [counts[(counts["soort"] == "VO") & (counts["jaar"] == year)]
          for year, counts in ((year, ask.truth.counts(day)) for year, day in years.items())]  # fmt: skip
    # and the portal has two of some earlier years
    found = ask.truth.counts(ask.day)
    earlier = found[(found["soort"] == "VO") & found["jaar"].isin(VO_YEARS) & (found["jaar"] <= last_year(ask.day))]
    earlier = earlier[~earlier["jaar"].isin(years)]
    ask.show("waar_geteld", pd.concat([found.query("soort != 'VO'"), earlier, *vo]))
    yield from ask.sentences("leerlingen_vestiging", """
        with gezocht as (
            select vestigingscode, soort, jaar, aantal, false as geheel from waar_geteld
            union all
            -- so and vso together, where both are taught
            select vestigingscode, 'SOVSO', jaar, sum(aantal), true
            from waar_geteld
            where soort in ('SO', 'VSO')
            group by vestigingscode, jaar
            having count(*) = 2
        ),
        naast as (
            select vestigingscode, soort, jaar, g.vestigingscode is not null as gevonden, g.leerlingen, g.ondergrens,
                g.bovengrens, coalesce(w.aantal, 0) as aantal, coalesce(w.geheel, false) as geheel
            from (select *, year(peildatum) as jaar from leerlingen_vestiging) g
            full join gezocht w using (vestigingscode, soort, jaar)
        )
        select
            case
                when not gevonden then case when aantal > 0 and not geheel then 'ontbreken' end
                when ondergrens is null or bovengrens is null then 'zonder grenzen'
                when aantal not between ondergrens and bovengrens then 'buiten de grenzen'
                when aantal not between 1 and 4 and leerlingen is distinct from aantal and not geheel then 'onzeker'
                when bovengrens - ondergrens > case when geheel then 6 else 3 end then 'te ruim'
            end as wat,
            concat_ws(' ', vestigingscode, soort, jaar) || ': ' || coalesce(ondergrens || ' tot ' || bovengrens, 'niets') ||
                ', waar is ' || aantal as sleutel
        from naast
        union all
        select 'dubbel', concat_ws(' ', vestigingscode, soort, peildatum)
        from leerlingen_vestiging
        group by vestigingscode, soort, peildatum
        having count(*) > 1
    """)  # fmt: skip
