-- Pupils per gemeente, where the school stood on that date (rol vestiging) and where the pupil lives (rol woon).
with vestigingsrol as (
    select coalesce(p.gemeentenummer, v.gemeentenummer, 'onbekend') as gemeentenummer, l.soort, l.peildatum, l.ondergrens, l.bovengrens
    from leerlingen_vestiging l
    left join vestiging_bekend v using (vestigingscode)
    left join vestiging_plaats p on p.vestigingscode = l.vestigingscode and geldt_op(p.geldig_vanaf, p.geldig_tot, l.peildatum)
    -- so and vso where they are told apart, else both together
    where not l.uitgesplitst
),
rollen as (
    select 'vestiging' as rol, gemeentenummer, soort, peildatum, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
    from vestigingsrol
    group by all
    union all
    select 'woon', case when length(l.herkomst) = 4 then coalesce(p.gemeentenummer, 'onbekend') when l.woon_swv = 'buitenland' then 'buitenland'
        else 'onbekend' end, l.soort, l.peildatum, sum(l.ondergrens)::bigint, sum(l.bovengrens)::bigint
    from leerlingen_postcode4 l
    left join postcode4 p on p.postcode4 = l.herkomst
    group by all
)
select gemeentenummer, rol, soort, peildatum, case when ondergrens = bovengrens then ondergrens end as leerlingen, ondergrens, bovengrens
from rollen
where bovengrens > 0
