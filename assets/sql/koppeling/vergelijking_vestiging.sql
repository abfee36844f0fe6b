-- The historic overview beside each other registry that counts the same location on the same date, all kinds together. Home postcodes
-- and ages hide small cells and add up to a range. Where both cannot be true, verschil says by how many pupils.
with overzicht as (
    select vestigingscode, unnest(leerlingen) as j from stg_leerlingen_po_historisch
),
historisch as (
    select vestigingscode, make_date(j.kop::integer, 10, 1) as peildatum, j.ondergrens, j.bovengrens from overzicht
),
telling as (
    select vestigingscode, peildatum, bron, geteld_ondergrens as ondergrens, geteld_bovengrens as bovengrens, null::date as editie
    from leerlingen_herkomst
    where geteld_ondergrens is not null
    union all
    select vestigingscode, peildatum, 'leerlingen_po_totaal', ondergrens, bovengrens, editie from stg_leerlingen_po_totaal
    union all
    select vestigingscode, peildatum, 'leerlingen_po_afstand', ondergrens, bovengrens, editie from stg_leerlingen_po_afstand
    union all
    select vestigingscode, peildatum, 'leerlingen_po_leeftijd', list_sum(list_transform(leerlingen, lambda c: c.ondergrens)),
        list_sum(list_transform(leerlingen, lambda c: c.bovengrens)), editie
    from stg_leerlingen_po_leeftijd
),
-- of two editions that count the same date the newest
ander as (
    select vestigingscode, peildatum, bron, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
    from (
        select * from telling
        qualify editie is not distinct from max(editie) over (partition by bron, peildatum)
    )
    where ondergrens is not null
    group by vestigingscode, peildatum, bron
)
select
    t.vestigingscode, t.peildatum, t.bron, h.ondergrens as historisch_ondergrens, h.bovengrens as historisch_bovengrens,
    t.ondergrens, t.bovengrens,
    case when h.bovengrens < t.ondergrens then h.bovengrens - t.ondergrens
        when h.ondergrens > t.bovengrens then h.ondergrens - t.bovengrens else 0 end as verschil,
    verschil = 0 as verenigbaar
from ander t
join historisch h on h.vestigingscode = t.vestigingscode and h.peildatum = t.peildatum
