-- CBS lists first; a number that only a school register knows is kept, since older locations refer to it, and so is one that only
-- counts of pupils know: of a location that closed before the lists at hand, or of a gemeente that is newer than they are.
with lijst as (
    select gemeentenummer, naam, null as provincie, editie, 'cbs' as bron from stg_gemeenten
    union all
    select gemeentenummer, naam, null as provincie, editie, 'cbs' as bron from stg_gemeenten_grenzen
    where coalesce(water, 'NEE') = 'NEE'
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
telling as (
    select gemeentenummer, gemeentenaam as naam, null as provincie, editie from stg_leerlingen_po_historisch
    union all
    select gemeentenummer, gemeentenaam, provincie, peildatum from stg_leerlingen_po_afstand
    union all
    select gemeentenummer, gemeentenaam, provincie, peildatum from stg_leerlingen_po_leeftijd
    union all
    select gemeentenummer, gemeentenaam, provincie, editie from stg_leerlingen_vo_vestiging
),
gezien as (
    select * from lijst
    union all
    select *, 'leerlingen' from telling anti join lijst using (gemeentenummer)
),
nieuwste as (
    select max(editie) filter (bron = 'cbs') as cbs, max(editie) filter (bron = 'register') as register from gezien
),
-- a location that kept its postcode while its gemeente got another number: the registers' own word on a merger
overgegaan as (
    select lag(gemeentenummer) over w as gemeentenummer, gemeentenummer as opvolger, geldig_vanaf, wijziging
    from vestiging_historie
    window w as (partition by register, vestigingscode order by geldig_vanaf)
),
opvolging as (
    select gemeentenummer, list_sort(list(distinct opvolger)) as opvolgers, count(*) as vestigingen
    from overgegaan
    where wijziging like '%herindeling%'
    group by gemeentenummer
),
-- an heir that the editions with those before it do not know yet
nieuw as (
    select o.opvolgers[1] as gemeentenummer, max(g.editie) as geldig_vanaf_na
    from opvolging o
    join gezien g using (gemeentenummer)
    where len(o.opvolgers) = 1
    group by o.opvolgers[1]
),
-- the days on which a location is seen with another number first, at the postcode4 that it had
elders as (
    select lag(gemeentenummer) over w as gemeentenummer, geldig_vanaf
    from vestiging_plaats
    where gemeentenummer is not null
    window w as (partition by vestigingscode order by geldig_vanaf)
    qualify gemeentenummer != lag(gemeentenummer) over w and postcode4 = lag(postcode4) over w
),
per_gemeente as (
    select
        gemeentenummer,
        arg_max(naam, (bron = 'cbs', editie)) filter (naam is not null) as naam,
        arg_max(provincie, editie) filter (provincie is not null) as provincie,
        coalesce(bool_or(bron = 'cbs' and editie = nieuwste.cbs) or (nieuwste.cbs is null and bool_or(editie = nieuwste.register)), false)
            as actueel,
        case when bool_or(bron = 'cbs') then 'cbs' else min(bron) end as bron,
        min(editie) as eerst_gezien,
        max(editie) as laatst_gezien
    from gezien
    cross join nieuwste
    where gemeentenummer is not null
    group by gemeentenummer, nieuwste.cbs, nieuwste.register
)
select
    g.gemeentenummer, g.naam, g.provincie, g.actueel, g.bron, g.eerst_gezien, g.laatst_gezien,
    case when n.geldig_vanaf_na < g.eerst_gezien then n.geldig_vanaf_na end as geldig_vanaf_na,
    -- it ends where its heir begins, where a location of it has another number, or with the first list without it
    case when not g.actueel then least(
        case when h.eerst_gezien > greatest(g.laatst_gezien, hn.geldig_vanaf_na) then h.eerst_gezien end,
        (select min(e.geldig_vanaf) from elders e where e.gemeentenummer = g.gemeentenummer and e.geldig_vanaf > g.laatst_gezien),
        (select min(editie) from gezien e where e.bron = 'cbs' and e.editie > g.laatst_gezien)
    ) end as geldig_tot,
    case when not g.actueel and len(o.opvolgers) = 1 then o.opvolgers[1] end as opvolger,
    case when not g.actueel and o.opvolgers is not null then o.vestigingen || ' vestigingen op dezelfde postcode kregen '
        || array_to_string(o.opvolgers, ', ') end as opvolger_grond
from per_gemeente g
left join opvolging o using (gemeentenummer)
left join nieuw n using (gemeentenummer)
left join nieuw hn on hn.gemeentenummer = o.opvolgers[1] and len(o.opvolgers) = 1
left join per_gemeente h on h.gemeentenummer = hn.gemeentenummer
