-- Two registries on the same location and date: the historic overview gives one number, home postcodes add up to a range. Where
-- the number lies outside the range, verschil says by how many pupils.
with overzicht as (
    select vestigingscode, unnest(leerlingen) as j from stg_leerlingen_po_historisch
),
historisch as (
    select vestigingscode, make_date(j.kop::integer, 10, 1) as peildatum, j.ondergrens, j.bovengrens from overzicht
),
herkomst as (
    select vestigingscode, peildatum, sum(geteld_ondergrens)::bigint as ondergrens, sum(geteld_bovengrens)::bigint as bovengrens
    from leerlingen_herkomst
    where geteld_ondergrens is not null
    group by vestigingscode, peildatum
)
select
    t.vestigingscode, t.peildatum, h.ondergrens as historisch_ondergrens, h.bovengrens as historisch_bovengrens,
    t.ondergrens as herkomst_ondergrens, t.bovengrens as herkomst_bovengrens,
    case when h.bovengrens < t.ondergrens then h.bovengrens - t.ondergrens
        when h.ondergrens > t.bovengrens then h.ondergrens - t.bovengrens else 0 end as verschil,
    verschil = 0 as verenigbaar
from herkomst t
join historisch h on h.vestigingscode = t.vestigingscode and h.peildatum = t.peildatum
