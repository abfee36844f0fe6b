-- CBS lists first; a number that only a school register knows is kept, since older locations refer to it.
with gezien as (
    select gemeentenummer, naam, null as provincie, editie, 'cbs' as bron from stg_gemeenten
    union all
    select gemeentenummer, naam, null as provincie, editie, 'cbs' as bron from stg_gemeenten_grenzen
    union all
    select
        nullif(replace(trim(regio), 'GM', ''), '') as gemeentenummer, gemeente_naam as naam, provincie_naam as provincie,
        editie, 'cbs' as bron
    from stg_gebieden
    where regio like 'GM%'
    union all
    select gemeentenummer, gemeentenaam as naam, provincie, editie, 'register' as bron from stg_vestigingen_bo
    union all
    select gemeentenummer, gemeentenaam as naam, provincie, editie, 'register' as bron from stg_vestigingen_so
    union all
    select gemeentenummer, gemeentenaam as naam, provincie, editie, 'register' as bron from stg_vestigingen_vo
    union all
    select gemeentenummer, gemeentenaam as naam, provincie, peildatum as editie, 'leerlingen' as bron
    from stg_leerlingen_po_postcode4
),
nieuwste as (
    select max(editie) filter (bron = 'cbs') as cbs, max(editie) filter (bron = 'register') as register from gezien
)
select
    gemeentenummer,
    arg_max(naam, (bron = 'cbs', editie)) filter (naam is not null) as naam,
    arg_max(provincie, editie) filter (provincie is not null) as provincie,
    coalesce(bool_or(bron = 'cbs' and editie = nieuwste.cbs) or (nieuwste.cbs is null and bool_or(editie = nieuwste.register)), false)
        as actueel,
    case when bool_or(bron = 'cbs') then 'cbs' else min(bron) end as bron
from gezien
cross join nieuwste
where gemeentenummer is not null
group by gemeentenummer, nieuwste.cbs, nieuwste.register
