-- The one link that counts on each day, for every location ever known: of the methods that hold on that day, the highest;
-- of two that are equally high, the one that began last. Days on which none holds are there too, with the reason.
with plaats as (
    select v.vestigingscode, v.cluster, v.postcode4, v.gemeentenummer, v.peildatum, s.sector, s.actueel
    from vestiging_bekend v
    join vestiging_sector s using (vestigingscode)
),
-- days on which what holds may change
dag as (
    select vestigingscode, sector, geldig_vanaf as dag from koppelkandidaat
    union
    select vestigingscode, sector, geldig_tot from koppelkandidaat where geldig_tot is not null
    union
    -- passend onderwijs began on 1 August 2014: every day since then has its answer, if only why there is none
    select vestigingscode, sector, date '2014-08-01' from plaats
),
beste as (
    select d.vestigingscode, d.sector, d.dag, k.swv_code, k.methode
    from dag d
    left join koppelkandidaat k on k.vestigingscode = d.vestigingscode and k.sector = d.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, d.dag)
    qualify row_number() over (partition by d.vestigingscode, d.sector, d.dag order by k.rang, k.geldig_vanaf desc, k.swv_code) = 1
),
begin_ as (
    select *, (swv_code, methode) is distinct from lag((swv_code, methode)) over w or row_number() over w = 1 as nieuw
    from beste
    window w as (partition by vestigingscode, sector order by dag)
),
periode as (
    select vestigingscode, sector, swv_code, methode, dag as geldig_vanaf,
        lead(dag) over (partition by vestigingscode, sector order by dag) as geldig_tot
    from begin_
    where nieuw
)
select
    p.vestigingscode, p.sector, k.swv_code, k.methode, k.geldig_vanaf, k.geldig_tot,
    k.geldig_tot is not distinct from lead(k.geldig_vanaf) over (partition by p.vestigingscode, p.sector order by k.geldig_vanaf) as sluit_aan,
    case
        when k.swv_code is not null then null
        when p.cluster in ('1', '2') then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when not geldt_nu(k.geldig_vanaf, k.geldig_tot) or k.geldig_vanaf > p.peildatum
            then 'geen register wijst voor deze dagen een samenwerkingsverband aan'
        when p.postcode4 is null and p.gemeentenummer is null then 'geen postcode en geen gemeente bekend'
        else concat_ws(' ', case when p.postcode4 is null then 'postcode onbekend'
            else 'postcode4 ' || p.postcode4 || ' staat in geen regio-indeling' end, 'en gemeente', coalesce(p.gemeentenummer, '(onbekend)'),
            'wijst niet één samenwerkingsverband aan')
    end as reden,
    p.actueel
from plaats p
join periode k using (vestigingscode, sector)
