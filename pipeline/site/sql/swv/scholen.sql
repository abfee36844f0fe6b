-- Who is in it now, with the board, how the link is known, and the newest count of pupils of the SWV's sector; who is likely in another is in
-- both, and zekerheid says which this one is.
with lid as (
    select vestigingscode, sector, swv_code, methode, zekerheid, geldig_vanaf, geldig_vanaf_grond, geldig_vanaf_na
    from vestiging_swv
    where geldt_nu(geldig_vanaf, geldig_tot)
    union all
    select vestigingscode, sector, anders_swv_code, methode, 'anders', geldig_vanaf, geldig_vanaf_grond, geldig_vanaf_na
    from vestiging_swv
    where geldt_nu(geldig_vanaf, geldig_tot) and anders_swv_code is not null
),
telling as (
    select
        vestigingscode, if(soort in ('VO', 'VSO'), 'VO', 'PO') as sector, peildatum,
        sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
    from leerlingen_vestiging
    where not uitgesplitst and soort != 'SOVSO'
    group by all
),
nieuwste as (
    select * from telling
    qualify peildatum = max(peildatum) over (partition by vestigingscode, sector)
)
select
    k.swv_code as sleutel, v.vestigingscode as code, v.naam, v.soort, v.cluster, v.plaats, g.naam as gemeente,
    v.bevoegd_gezag_nummer as bestuur, coalesce(b.naam || ' (' || b.bevoegd_gezag_nummer || ')', b.aanduiding) as bestuur_aanduiding,
    k.methode, k.zekerheid, k.geldig_vanaf as sinds, k.geldig_vanaf_grond as sinds_grond, k.geldig_vanaf_na as sinds_na,
    t.ondergrens, t.bovengrens, t.peildatum
from lid k
join vestiging v using (vestigingscode)
left join gemeente g using (gemeentenummer)
left join bevoegd_gezag b using (bevoegd_gezag_nummer)
left join nieuwste t on t.vestigingscode = v.vestigingscode and t.sector = k.sector
order by v.soort, v.plaats, v.naam, v.vestigingscode
