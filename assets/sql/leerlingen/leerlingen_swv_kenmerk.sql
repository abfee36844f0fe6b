-- Pupils per SWV by one trait at a time, in the role that is named: where the school stands, or (ages only) where pupils live.
with rollen as (
    select k.swv_code, 'vestiging' as rol, l.soort, l.peildatum, l.kenmerk, l.waarde, sum(l.ondergrens * k.zeker::integer)::bigint as ondergrens,
        sum(l.bovengrens)::bigint as bovengrens
    from leerlingen_vestiging_kenmerk l
    join referentie.soorten s using (soort)
    join koppeling_mogelijk k on k.vestigingscode = l.vestigingscode and k.sector = s.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, l.peildatum)
    group by all
    union all
    select woon_swv, 'woon', soort, peildatum, 'leeftijd', leeftijd, sum(ondergrens)::bigint, sum(bovengrens)::bigint
    from leerlingen_postcode4_leeftijd
    where regexp_full_match(woon_swv, '(PO|VO)\d{4}')
    group by all
)
select swv_code, rol, soort, peildatum, kenmerk, waarde, case when ondergrens = bovengrens then ondergrens end as leerlingen,
    ondergrens, bovengrens
from rollen
