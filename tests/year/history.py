"""What a release tells of what happened, beside what did: the history of locations, and table wijzigingen."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.sandbox import editions
from pipeline.sandbox.country.calendar import NOTICE
from tests.year.ask import SAYS, Ask

_PLACE = "concat_ws(', ', v.adres, v.postcode, v.plaats)"
# what a change has made of a location, as the edition has it that shows it
_MADE = f"""
    case g.soort
        when 'hernoemd' then v.naam when 'ander bestuur' then v.bevoegd_gezag_nummer when 'herindeling' then v.gemeentenummer
        when 'geopend' then concat_ws(', ', v.naam, {_PLACE}) when 'verhuisd' then {_PLACE} when 'adres' then {_PLACE}
    end
"""
# a change lies between two editions; a place that was wrong in an edition, and mended in another, is two of them
_TOLD = f"""
    with gebeurd as (
        select *, false as fout from waar_wijziging
        union all
        select v.vestigingscode, v.register, 'verhuisd', unnest([e.dag, e.tot]), date '1900-01-01', date '9999-12-31', true
        from editie e
        join waar_vestiging v on v.vestigingscode = e.misplaatst and v.editie = e.dag
    ),
    gezien as (
        select g.*, (select max(e.dag) from editie e where e.dag < g.dag) as na,
            (select min(e.dag) from editie e where e.dag >= g.dag) as uiterlijk
        from gebeurd g
    )
    select g.vestigingscode, g.register, g.soort, g.dag, g.uiterlijk, g.fout, {_MADE} as waarde,
        -- a register in which nothing changed is the same edition still
        coalesce(
            (select max(o.uiterlijk) from gezien o where o.register = g.register and o.uiterlijk < g.uiterlijk),
            (select min(e.dag) from editie e)
        ) as vroegst
    from gezien g
    left join waar_vestiging v on v.vestigingscode = g.vestigingscode and v.editie = g.uiterlijk
    where g.uiterlijk is not null
        and case g.soort when 'geopend' then g.sluit > g.uiterlijk when 'gesloten' then g.opent <= g.na
            else g.opent <= g.na and g.sluit > g.uiterlijk end
        -- another name of the place is told of those that stayed in it
        and not (g.soort in ('adres', 'herindeling') and exists (
            from gezien o where o.vestigingscode = g.vestigingscode and o.soort = 'verhuisd' and o.uiterlijk = g.uiterlijk))
"""
_NOT_MISPLACED = "not in (select misplaatst from editie where misplaatst is not null)"
_LINKED = f"""
    select * from wijzigingen where soort = 'ander samenwerkingsverband' and code {_NOT_MISPLACED}
"""


def stood(ask: Ask) -> Iterator[str]:
    """Yield where the periods of the history are not what each edition said."""
    what = f"case when vestigingscode = e.misplaatst then '' else {SAYS} end"
    says = f"concat_ws(' ', vestigingscode, e.dag) as sleutel, {what} as waarde"
    yield from ask.compare(
        "vestiging_historie",
        f"select {says} from vestiging_historie h join editie e on geldt_op(h.geldig_vanaf, h.geldig_tot, e.dag)",
        f"select {says} from waar_vestiging v join editie e on e.dag = v.editie",
    )


def changed(ask: Ask) -> Iterator[str]:
    """Yield what does not stand there once, between its editions: each opening, closing, move, name and board shown so far."""
    ask.make("waar_verteld", _TOLD)
    told = "onderwerp = 'vestiging' and bron like 'vestigingen_%'"
    misplaced = "(select vestigingscode, uiterlijk from waar_verteld where fout)"
    yield from ask.compare(
        "wijzigingen",
        "select concat_ws(' ', code, deel, soort, gebeurd_uiterlijk) as sleutel, case when soort != 'gesloten'"
        f" and (code, gebeurd_uiterlijk) not in {misplaced} then naar end as waarde from wijzigingen where {told}",
        "select concat_ws(' ', vestigingscode, register, soort, uiterlijk) as sleutel, case when soort != 'gesloten'"
        f" and (vestigingscode, uiterlijk) not in {misplaced} then waarde end as waarde from waar_verteld",
    )
    yield from ask.sentences("wijzigingen", f"""
        select 'buiten hun grenzen' as wat, concat_ws(' ', w.id, w.gebeurd_na, v.dag, w.gebeurd_uiterlijk) as sleutel
        from (from wijzigingen where {told}) w
        join waar_verteld v
            on v.vestigingscode = w.code and v.register = w.deel and v.soort = w.soort and v.uiterlijk = w.gebeurd_uiterlijk
        where w.gebeurd_na is null or w.gebeurd_na >= v.dag or w.gebeurd_na < v.vroegst or w.gebeurd_op != v.dag
    """)  # fmt: skip


def linked(ask: Ask) -> Iterator[str]:
    """Yield which links to another SWV do not stand there once, or are not true; of days before the first run only the latter."""
    ask.make("waar_overgegaan", f"""
        select vestigingscode as code, sector as deel, was, swv_code, van as dag
        from (
            select *, lag(swv_code) over (partition by vestigingscode, sector order by van) as was
            from waar_koppeling
            where swv_code is not null
        )
        -- what is announced may stand there
        where was != swv_code and van <= date '{ask.day + NOTICE}' and vestigingscode {_NOT_MISPLACED}
    """)  # fmt: skip
    same = (
        "o.code = w.code and o.deel = w.deel and o.was = w.van and o.swv_code = w.naar and w.gebeurd_na < o.dag"
        " and o.dag <= w.gebeurd_uiterlijk and coalesce(w.gebeurd_op = o.dag, true)"
    )
    yield from ask.sentences("wijzigingen, ander samenwerkingsverband", f"""
        select 'te veel' as wat, id as sleutel from ({_LINKED}) w where not exists (from waar_overgegaan o where {same})
        union all
        select case when count(w.id) = 0 then 'ontbreken' when count(w.id) > 1 then 'dubbel' end,
            concat_ws(' ', o.code, was, swv_code, dag)
        from waar_overgegaan o
        left join ({_LINKED}) w on {same}
        where dag > date '{ask.first}' and dag <= date '{ask.day}'
        group by o.code, o.deel, was, swv_code, dag
    """)  # fmt: skip


def merged(ask: Ask) -> Iterator[str]:
    """Yield which SWVs and gemeenten that went up in another do not stand there once, with that other one."""
    yield from ask.compare(
        "wijzigingen",
        # of an SWV that ended before anybody looked, nothing may show where it went
        "select concat_ws(' ', onderwerp, code, gebeurd_uiterlijk) as sleutel,"
        f" case when soort = 'beëindigd' and gebeurd_uiterlijk <= date '{ask.first}'"
        " then (select any_value(waarde) from waar_opgegaan o where o.code = w.code)"
        " else concat_ws(' in ', soort, naar) end as waarde"
        " from wijzigingen w where onderwerp != 'vestiging' and soort != 'hernoemd'",
        # the map of the year shows that a gemeente is no more
        "select concat_ws(' ', onderwerp, code, dag) as sleutel, waarde from waar_opgegaan where onderwerp != 'gemeente'"
        f" or date '{ask.day}' >= make_date(year(dag), {editions.MAPPED[0]}, {editions.MAPPED[1]})",
    )
