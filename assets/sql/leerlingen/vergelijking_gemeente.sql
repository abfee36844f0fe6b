-- What DUO publishes per gemeente in po beside our own sum over the locations that stand there, by the gemeenten of today: the overview has
-- one gemeente for all years of a location. Kinds of special education together, since so and vso are told apart in some years alone.
with gepubliceerd as (
    select gemeentenummer, if(soort = 'BO', 'BO', 'SBO, SO en VSO') as soort, peildatum, sum(ondergrens)::bigint as ondergrens,
        sum(bovengrens)::bigint as bovengrens
    from (
        -- of two editions that count the same date the newest
        select * from stg_leerlingen_po_gemeente qualify editie is not distinct from max(editie) over (partition by peildatum)
    )
    where gemeentenummer is not null and bovengrens > 0
    group by all
),
eigen as (
    select gemeentenummer, if(soort = 'BO', 'BO', 'SBO, SO en VSO') as soort, peildatum, sum(ondergrens)::bigint as ondergrens,
        sum(bovengrens)::bigint as bovengrens
    from leerlingen_gemeente
    where rol = 'vestiging' and indeling = 'nu' and soort != 'VO'
    group by all
)
select
    g.gemeentenummer, g.soort, g.peildatum, g.ondergrens as gepubliceerd_ondergrens, g.bovengrens as gepubliceerd_bovengrens,
    e.ondergrens as eigen_ondergrens, e.bovengrens as eigen_bovengrens,
    case when e.ondergrens > g.bovengrens then e.ondergrens - g.bovengrens
        when e.bovengrens < g.ondergrens then e.bovengrens - g.ondergrens
        when e.ondergrens is not null then 0 end as verschil,
    case when e.gemeentenummer is null then 'geen eigen telling van deze gemeente, deze soorten en deze datum' end as reden
from gepubliceerd g
left join eigen e on e.gemeentenummer = g.gemeentenummer and e.soort = g.soort and e.peildatum = g.peildatum
