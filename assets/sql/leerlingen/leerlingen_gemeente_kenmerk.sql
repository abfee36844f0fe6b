-- Pupils per gemeente by one trait at a time, where the school stood (rol vestiging) or, ages only, where pupils live (rol woon), by the
-- gemeenten of the day of the count (indeling toen) and by today's (indeling nu); see leerlingen_gemeente.
with vestigingsrol as (
    select l.soort, l.peildatum, l.kenmerk, l.waarde, l.ondergrens, l.bovengrens,
        coalesce(p.gemeentenummer_nu, v.gemeentenummer, 'onbekend') as nu,
        case when g.geldig_vanaf_na is null or l.peildatum >= g.eerst_gezien then coalesce(p.gemeentenummer, v.gemeentenummer, 'onbekend')
            else 'onbekend' end as toen
    from leerlingen_vestiging_kenmerk l
    left join vestiging_bekend v using (vestigingscode)
    left join vestiging_gemeente p on p.vestigingscode = l.vestigingscode
        and geldt_op(p.geldig_vanaf, p.geldig_tot, greatest(l.peildatum, date '2014-08-01'))
    left join gemeente g on g.gemeentenummer = coalesce(p.gemeentenummer, v.gemeentenummer)
),
rollen as (
    select unnest([nu, toen]) as gemeentenummer, 'vestiging' as rol, unnest(['nu', 'toen']) as indeling, soort, peildatum, kenmerk, waarde,
        ondergrens, bovengrens
    from vestigingsrol
    union all
    select coalesce(p.gemeentenummer, 'onbekend'), 'woon', 'nu', l.soort, l.peildatum, 'leeftijd', l.leeftijd, l.ondergrens, l.bovengrens
    from leerlingen_postcode4_leeftijd l
    left join postcode4 p using (postcode4)
)
select gemeentenummer, rol, indeling, soort, peildatum, kenmerk, waarde,
    case when sum(ondergrens) = sum(bovengrens) then sum(ondergrens)::bigint end as leerlingen,
    sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
from rollen
group by gemeentenummer, rol, indeling, soort, peildatum, kenmerk, waarde
