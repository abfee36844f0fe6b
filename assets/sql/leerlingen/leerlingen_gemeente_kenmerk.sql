-- Pupils per gemeente by one trait at a time, where the school stood (rol vestiging) or, ages only, where pupils live (rol woon).
with rollen as (
    select coalesce(p.gemeentenummer, v.gemeentenummer, 'onbekend') as gemeentenummer, 'vestiging' as rol, l.soort, l.peildatum, l.kenmerk,
        l.waarde, sum(l.ondergrens)::bigint as ondergrens, sum(l.bovengrens)::bigint as bovengrens
    from leerlingen_vestiging_kenmerk l
    left join vestiging_bekend v using (vestigingscode)
    left join vestiging_plaats p on p.vestigingscode = l.vestigingscode and geldt_op(p.geldig_vanaf, p.geldig_tot, l.peildatum)
    group by all
    union all
    select coalesce(p.gemeentenummer, 'onbekend'), 'woon', l.soort, l.peildatum, 'leeftijd', l.leeftijd, sum(l.ondergrens)::bigint,
        sum(l.bovengrens)::bigint
    from leerlingen_postcode4_leeftijd l
    left join postcode4 p using (postcode4)
    group by all
)
select gemeentenummer, rol, soort, peildatum, kenmerk, waarde, case when ondergrens = bovengrens then ondergrens end as leerlingen,
    ondergrens, bovengrens
from rollen
