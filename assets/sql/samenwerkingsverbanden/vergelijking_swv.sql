-- What DUO publishes per SWV beside our own sum over the SWV's locations. Nothing published is left uncompared: a row for which we
-- have no sum, or for an SWV that did not exist on the date, is there too.
with eigen as (
    select swv_code, soort, peildatum, ondergrens, bovengrens
    from leerlingen_swv
    where rol = 'vestiging'
),
grootste as (
    select k.swv_code, l.soort, l.peildatum, max(l.ondergrens) as leerlingen, arg_max(l.vestigingscode, l.ondergrens) as vestigingscode
    from leerlingen_vestiging l
    join referentie.soorten s using (soort)
    join koppeling_mogelijk k on k.vestigingscode = l.vestigingscode and k.sector = s.sector and k.zeker
        and geldt_op(k.geldig_vanaf, k.geldig_tot, l.peildatum)
    where l.soort != 'SOVSO'
    group by k.swv_code, l.soort, l.peildatum
)
select
    g.swv_code, g.soort, g.peildatum, g.ondergrens as gepubliceerd_ondergrens, g.bovengrens as gepubliceerd_bovengrens,
    e.ondergrens as eigen_ondergrens, e.bovengrens as eigen_bovengrens,
    case when e.ondergrens > g.bovengrens then e.ondergrens - g.bovengrens
        when e.bovengrens < g.ondergrens then e.bovengrens - g.ondergrens
        when e.ondergrens is not null then 0 end as verschil,
    case when v.leerlingen > g.bovengrens then v.vestigingscode end as vestiging_boven_totaal,
    s.swv_code is not null and geldt_op(s.begindatum, s.einddatum, g.peildatum) as swv_bestaat,
    case when e.swv_code is null then 'geen eigen telling van dit samenwerkingsverband, deze soort en deze datum' end as reden
from stg_leerlingen_swv_totaal g
left join eigen e using (swv_code, soort, peildatum)
left join grootste v using (swv_code, soort, peildatum)
left join samenwerkingsverband s using (swv_code)
where g.ondergrens is not null
qualify row_number() over (partition by g.swv_code, g.soort, g.peildatum order by g.editie desc nulls last, g.bron_sha256) = 1
