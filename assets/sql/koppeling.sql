-- The one link that counts, for every location ever known: of the methods that hold on the location's own date, the
-- highest; with that method's earlier and later periods. Where none holds: no SWV, and the reason.
with plaats as (
    select v.vestigingscode, v.cluster, v.postcode4, v.gemeentenummer, v.peildatum, s.sector
    from vestiging_bekend v
    join (values ('BO', 'PO'), ('SBO', 'PO'), ('SO', 'PO'), ('VSO', 'VO'), ('SOVSO', 'PO'), ('SOVSO', 'VO'), ('VO', 'VO')) s (soort, sector)
        using (soort)
),
methode as (
    select vestigingscode, sector, min(rang) as rang from koppelkandidaat where geldig group by all
)
select
    p.vestigingscode, p.sector, k.swv_code, k.methode,
    coalesce(k.geldig_vanaf, p.peildatum, date '2014-08-01') as geldig_vanaf, k.geldig_tot,
    case
        when k.swv_code is not null then null
        when p.cluster in ('1', '2') then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when p.postcode4 is null and p.gemeentenummer is null then 'geen postcode en geen gemeente bekend'
        else concat_ws(' ', case when p.postcode4 is null then 'postcode onbekend'
            else 'postcode4 ' || p.postcode4 || ' staat in geen regio-indeling' end, 'en gemeente', coalesce(p.gemeentenummer, '(onbekend)'),
            'wijst niet één samenwerkingsverband aan')
    end as reden
from plaats p
left join methode m using (vestigingscode, sector)
left join koppelkandidaat k on k.vestigingscode = p.vestigingscode and k.sector = p.sector and k.rang = m.rang
