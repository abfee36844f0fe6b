-- The statutory table of 2013, which goes by gemeente, by postcode4. The gemeente of a postcode4 on those days is that of the
-- registers before the first table by postcode4, and where no school stood, that of this table, if a gemeente of its name was there.
with uitgave as (select min(editie) as volgende from stg_swv_regio_wettelijk),
register as (
    select postcode, gemeentenaam, editie from stg_vestigingen_bo
    union all
    select postcode, gemeentenaam, editie from stg_vestigingen_so
    union all
    select postcode, gemeentenaam, editie from stg_vestigingen_vo
),
ligging as (
    select distinct left(r.postcode, 4) as postcode4, r.gemeentenaam, 1 as rang
    from register r
    join uitgave u on r.editie < u.volgende
    where r.postcode is not null
    union all
    select w.postcode4, w.gemeentenaam, 2
    from stg_swv_regio_wettelijk w
    join uitgave u on w.editie = u.volgende
),
regel as (
    select editie as dag, swv_po as swv_code, lower(strip_accents(gemeentenaam)) as naam, string_split(alleen_postcode4, ' ') as alleen,
        string_split(coalesce(behalve_postcode4, ''), ' ') as behalve
    from stg_swv_regio_gemeente
),
genoemd as (
    select r.dag, r.swv_code, l.postcode4, l.rang
    from ligging l
    join regel r on r.naam = lower(strip_accents(l.gemeentenaam))
        and coalesce(list_contains(r.alleen, l.postcode4), not list_contains(r.behalve, l.postcode4))
    qualify l.rang = min(l.rang) over (partition by r.dag, l.postcode4)
),
-- a gemeente that came after by merging: the one SWV in which all of it lies that is placed
samengevoegd as (
    select g.dag, w.gemeentenaam, any_value(g.swv_code) as swv_code
    from genoemd g
    join stg_swv_regio_wettelijk w using (postcode4)
    join uitgave u on w.editie = u.volgende
    group by g.dag, w.gemeentenaam
    having count(distinct g.swv_code) = 1
)
select dag, postcode4, any_value(swv_code) as swv_code, 'gemeente' as grond
from genoemd
group by dag, postcode4
having count(distinct swv_code) = 1
union all
select s.dag, w.postcode4, s.swv_code, 'samengevoegde gemeente'
from stg_swv_regio_wettelijk w
join uitgave u on w.editie = u.volgende
join samengevoegd s using (gemeentenaam)
anti join genoemd g on g.postcode4 = w.postcode4 and g.dag = s.dag
