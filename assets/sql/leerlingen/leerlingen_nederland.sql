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
-- every location that belongs to some SWV on that date, or may: an unplaced one is in one of several, so the nation has it once
lid as (
    select distinct l.vestigingscode, l.soort, l.peildatum, l.ondergrens, l.bovengrens, l.cluster_3_4_ondergrens, l.cluster_3_4_bovengrens
    from leerlingen_vestiging l
    join referentie.soorten s using (soort)
    join koppeling_mogelijk k on k.vestigingscode = l.vestigingscode and k.sector = s.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, l.peildatum)
    where l.bovengrens > 0 and not l.uitgesplitst
),
-- the same pupils once more, added up by gemeente
gemeenten as (
    select soort, peildatum, sum(bovengrens) filter (indeling = 'toen')::bigint as toen, sum(bovengrens) filter (indeling = 'nu')::bigint as nu
    from leerlingen_gemeente
    where rol = 'vestiging'
    group by soort, peildatum
),
-- on a date of which only the overview is at hand, a location with so and vso has one number for both
wijze as (
    select peildatum, sum(bovengrens) filter (not uitgesplitst) > coalesce(sum(bovengrens) filter (uitgesplitst), 0) as samen
    from leerlingen_vestiging
    where soort = 'SOVSO' and bovengrens > 0
    group by peildatum
),
binnen as (
    select soort, peildatum, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens,
        sum(cluster_3_4_ondergrens)::bigint as cluster_3_4_ondergrens, sum(cluster_3_4_bovengrens)::bigint as cluster_3_4_bovengrens
    from lid
    group by soort, peildatum
)
select a.soort, a.peildatum, case when a.ondergrens = a.bovengrens then a.ondergrens end as leerlingen, a.ondergrens, a.bovengrens,
    a.vestigingen,
    case when a.soort not in ('SO', 'VSO', 'SOVSO') then 'per soort' when w.samen then 'so en vso samen' else 'so en vso apart' end as telwijze,
    reeks_sinds(a.soort, a.peildatum) as reeks_sinds,
    b.ondergrens as binnen_swv_ondergrens, b.bovengrens as binnen_swv_bovengrens,
    b.cluster_3_4_ondergrens, b.cluster_3_4_bovengrens,
    g.toen as gemeenten_toen, g.nu as gemeenten_nu
from som a
left join gemeenten g using (soort, peildatum)
left join binnen b using (soort, peildatum)
left join wijze w using (peildatum)
