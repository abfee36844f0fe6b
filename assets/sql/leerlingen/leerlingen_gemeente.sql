-- Pupils per gemeente, where the school stood (rol vestiging) and where the pupil lives (rol woon), by the gemeenten of the day of the
-- count (indeling toen) and by today's (indeling nu).
with vestigingsrol as (
    select l.soort, l.peildatum, l.ondergrens, l.bovengrens, coalesce(p.gemeentenummer_nu, v.gemeentenummer, 'onbekend') as nu,
        -- a number that came after the count is not that of its day
        case when g.geldig_vanaf_na is null or l.peildatum >= g.eerst_gezien then coalesce(p.gemeentenummer, v.gemeentenummer, 'onbekend')
            else 'onbekend' end as toen
    from leerlingen_vestiging l
    left join vestiging_bekend v using (vestigingscode)
    left join vestiging_gemeente p on p.vestigingscode = l.vestigingscode
        and geldt_op(p.geldig_vanaf, p.geldig_tot, greatest(l.peildatum, date '2014-08-01'))
    left join gemeente g on g.gemeentenummer = coalesce(p.gemeentenummer, v.gemeentenummer)
    -- so and vso where they are told apart, else both together
    where not l.uitgesplitst
),
rollen as (
    select unnest([nu, toen]) as gemeentenummer, 'vestiging' as rol, unnest(['nu', 'toen']) as indeling, soort, peildatum, ondergrens, bovengrens
    from vestigingsrol
    union all
    -- the gemeente of a postcode4 is known of today alone
    select case when length(l.herkomst) = 4 then coalesce(p.gemeentenummer, 'onbekend') when l.woon_swv = 'buitenland' then 'buitenland'
        else 'onbekend' end, 'woon', 'nu', l.soort, l.peildatum, l.ondergrens, l.bovengrens
    from leerlingen_postcode4 l
    left join postcode4 p on p.postcode4 = l.herkomst
),
som as (
    select gemeentenummer, rol, indeling, soort, peildatum, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
    from rollen
    group by all
)
select s.gemeentenummer, s.rol, s.indeling, s.soort, s.peildatum, case when s.ondergrens = s.bovengrens then s.ondergrens end as leerlingen,
    s.ondergrens, s.bovengrens,
    case when s.indeling = 'nu' then g.actueel when s.peildatum >= g.geldig_tot then false
        -- whether it was there before anything shows it is not known, but of an heir: it was not
        when s.peildatum >= g.eerst_gezien then true when g.geldig_vanaf_na is not null then false end as bestaat
from som s
left join gemeente g using (gemeentenummer)
where s.bovengrens > 0
