-- National totals: of all locations, linked or not, and of those within samenwerkingsverbanden. so and vso where they are told
-- apart; SOVSO holds the locations of which only the two together are known, so the kinds of one date may be added up.
with alle as (
    select soort, peildatum, ondergrens, bovengrens
    from leerlingen_vestiging
    where bovengrens > 0 and not uitgesplitst
),
som as (
    select soort, peildatum, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens, count(*) as vestigingen
    from alle
    group by soort, peildatum
),
binnen as (
    select soort, peildatum, sum(ondergrens)::bigint as ondergrens
    from leerlingen_swv
    -- an unsplit location belongs to an SWV of both sectors: counted once
    where rol = 'vestiging' and (soort != 'SOVSO' or left(swv_code, 2) = 'PO')
    group by soort, peildatum
)
select a.soort, a.peildatum, case when a.ondergrens = a.bovengrens then a.ondergrens end as leerlingen, a.ondergrens, a.bovengrens,
    a.vestigingen, b.ondergrens as binnen_swv_ondergrens
from som a
left join binnen b using (soort, peildatum)
