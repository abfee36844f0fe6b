-- The SWV's money spread over its locations by their pupils, to the cent: whole cents first, the rest one by one to the
-- largest remainders. Indicative: the law gives this money to the SWV, which divides it by its own plan. Except uitputting:
-- what deductions exceed the budget by, the law takes from the schools by these pupils, so and vso included; it is negative.
with bedrag as (
    select
        swv_code, periode, component, status, versie, case when component = 'uitputting' then -bedrag else bedrag end as bedrag,
        case when length(periode) = 4 then make_date(periode::integer, 1, 1) else make_date(left(periode, 4)::integer, 8, 1) end as begindatum,
        -- netto and uitputting have no count of their own: by the pupils of zware ondersteuning
        case when component in ('netto', 'uitputting')
            then coalesce(max(teldatum) filter (component = 'zware_ondersteuning') over (partition by swv_code, periode), teldatum)
            else teldatum end as teldatum,
        component = 'uitputting' as door_scholen
    from ondersteuningsbekostiging_swv
    where component in ('lichte_ondersteuning', 'zware_ondersteuning', 'netto', 'uitputting')
),
moment as (select distinct swv_code, begindatum, teldatum, door_scholen from bedrag),
-- materialized: joined with the counts by their day first, five million rows fall away again
lid as materialized (
    select m.swv_code, m.begindatum, m.teldatum, m.door_scholen, k.vestigingscode, k.sector
    from moment m
    join koppeling k
        on k.swv_code = m.swv_code and geldt_op(k.geldig_vanaf, k.geldig_tot, m.begindatum)
),
leerlingen as (
    select
        m.swv_code, m.begindatum, m.teldatum, m.door_scholen, l.vestigingscode,
        -- so and vso together where the source does not split them, and the SWV is of one of the two: not known
        case when count(*) = count(case when l.soort != 'SOVSO' then l.leerlingen end) then sum(l.leerlingen)::integer end as leerlingen
    from lid m
    join leerlingen_vestiging l on l.vestigingscode = m.vestigingscode and l.peildatum = m.teldatum and l.bovengrens > 0
        and (
            l.soort in ('BO', 'SBO', 'VO') and m.sector = case l.soort when 'VO' then 'VO' else 'PO' end
            or m.door_scholen and (l.soort = 'SOVSO' or l.soort = case m.sector when 'PO' then 'SO' else 'VSO' end)
        )
    group by all
),
gewicht as (
    select *, sum(leerlingen) over w as totaal, bool_and(leerlingen is not null) over w as exact
    from leerlingen
    window w as (partition by swv_code, begindatum, teldatum, door_scholen)
),
centen as (
    select
        g.vestigingscode, b.swv_code, b.periode, b.component, g.leerlingen, g.exact, b.bedrag, b.versie,
        case when g.exact then abs(b.bedrag * 100)::bigint end as cent,
        (cent::hugeint * g.leerlingen) // g.totaal as heel, (cent::hugeint * g.leerlingen) % g.totaal as rest
    from bedrag b
    join gewicht g on g.swv_code = b.swv_code and g.begindatum = b.begindatum and g.teldatum = b.teldatum and g.door_scholen = b.door_scholen
),
rang as (
    select *, row_number() over (partition by swv_code, periode, component order by rest desc, vestigingscode)
        <= cent - sum(heel) over (partition by swv_code, periode, component) as erbij
    from centen
    where cent is not null
)
select
    vestigingscode, swv_code, periode, component, leerlingen,
    (sign(bedrag) * (heel + erbij::integer)::decimal(18, 2) / 100)::decimal(18, 2) as bedrag, 'volledig' as status,
    null::varchar as ontbreekt, component != 'uitputting' as indicatief, versie
from rang
union all
select
    vestigingscode, swv_code, periode, component, leerlingen, null, 'onvolledig',
    case when bedrag is null then component || ' van ' || swv_code || ' is niet exact bekend: zie ondersteuningsbekostiging_swv'
        else 'leerlingaantal van een of meer vestigingen is afgeschermd of niet gesplitst' end,
    component != 'uitputting', versie
from centen
where cent is null
