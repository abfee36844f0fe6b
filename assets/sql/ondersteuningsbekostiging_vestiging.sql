-- The SWV's money spread over its locations by their pupils, to the cent: whole cents first, the rest one by one to the
-- largest remainders. Indicative: the law gives this money to the SWV, which divides it by its own plan.
with toedeelbaar as (
    select swv_code, periode, component, bedrag, status, ontbreekt, versie,
        case when length(periode) = 4 then make_date(periode::integer, 1, 1) else make_date(left(periode, 4)::integer, 8, 1) end as begindatum,
        coalesce(teldatum, max(teldatum) over (partition by swv_code, periode)) as teldatum
    from ondersteuningsbekostiging_swv
    where component in ('lichte_ondersteuning', 'zware_ondersteuning', 'netto')
),
gewicht as (
    select k.vestigingscode, t.swv_code, t.periode, t.component, t.bedrag, t.status, t.ontbreekt, t.versie,
        l.leerlingen, sum(l.leerlingen) over w as totaal, bool_and(l.leerlingen is not null) over w as exact
    from toedeelbaar t
    join koppeling k on k.swv_code = t.swv_code and k.geldig_vanaf <= t.begindatum and coalesce(k.geldig_tot, date '9999-12-31') > t.begindatum
    join leerlingen_vestiging l on l.vestigingscode = k.vestigingscode and l.peildatum = t.teldatum and l.bovengrens > 0
        and l.soort in ('BO', 'SBO', 'VO')
    window w as (partition by t.swv_code, t.periode, t.component)
),
centen as (
    select *, abs(bedrag * 100)::hugeint as cent, (cent * leerlingen) // totaal as heel, (cent * leerlingen) % totaal as rest
    from gewicht
),
rang as (
    select *, row_number() over (partition by swv_code, periode, component order by rest desc, vestigingscode)
        <= cent - sum(heel) over (partition by swv_code, periode, component) as erbij
    from centen
)
select
    vestigingscode, swv_code, periode, component, leerlingen,
    case when exact then (sign(bedrag) * (heel + erbij::integer)::decimal(18, 2) / 100)::decimal(18, 2) end as bedrag,
    case when exact and bedrag is not null then 'volledig' else 'onvolledig' end as status,
    case when not exact then 'leerlingaantal van een of meer vestigingen is afgeschermd' else ontbreekt end as ontbreekt,
    true as indicatief, versie
from rang
