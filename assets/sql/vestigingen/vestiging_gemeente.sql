-- The gemeente of each location through time, by the number of those days and by today's. A number that has ended is followed by its
-- heir or, where the gemeente was divided, by what the location itself has next. Before the first sighting, the first number holds.
with recursive overzicht as (
    -- the overview gives a location the number of today for all of its years
    select vestigingscode, arg_max(gemeentenummer, coalesce(editie, date '0001-01-01')) as gemeentenummer
    from stg_leerlingen_po_historisch
    where gemeentenummer is not null
    group by vestigingscode
),
plaats as (
    select vestigingscode, gemeentenummer, postcode4, geldig_vanaf, coalesce(geldig_tot, date '9999-12-31') as geldig_tot
    from vestiging_plaats
    where gemeentenummer is not null
),
stuk as (
    select p.vestigingscode, p.geldig_vanaf, p.geldig_tot, p.gemeentenummer, p.postcode4,
        coalesce(lead(p.gemeentenummer) over (partition by p.vestigingscode order by p.geldig_vanaf), o.gemeentenummer) as volgende, 0 as stap
    from plaats p
    left join overzicht o using (vestigingscode)
    union all
    select s.vestigingscode, greatest(s.geldig_vanaf, g.geldig_tot), s.geldig_tot, coalesce(g.opvolger, s.volgende), s.postcode4, s.volgende,
        s.stap + 1
    from stuk s
    join gemeente g using (gemeentenummer)
    -- an heir comes after, so this ends
    where g.geldig_tot < s.geldig_tot and coalesce(g.opvolger, s.volgende) != s.gemeentenummer and s.stap < 9
),
dag as (
    select vestigingscode, geldig_vanaf, arg_max(gemeentenummer, stap) as gemeentenummer, any_value(postcode4) as postcode4
    from stuk
    group by vestigingscode, geldig_vanaf
),
begin_ as (
    select *, gemeentenummer is distinct from lag(gemeentenummer) over w as nieuw, lag(gemeentenummer) over w as vorige,
        lag(postcode4) over w is distinct from postcode4 as elders, last_value(gemeentenummer) over (
        partition by vestigingscode order by geldig_vanaf rows between unbounded preceding and unbounded following
    ) as laatste
    from dag
    window w as (partition by vestigingscode order by geldig_vanaf)
)
select b.vestigingscode, b.geldig_vanaf, lead(b.geldig_vanaf) over (partition by b.vestigingscode order by b.geldig_vanaf) as geldig_tot,
    b.gemeentenummer, coalesce(o.gemeentenummer, b.laatste) as gemeentenummer_nu,
    case when b.vorige is null then 'eerst gezien' when v.geldig_tot <= b.geldig_vanaf then 'opgevolgd' when b.elders then 'verhuisd'
        else 'zonder verhuizing' end as grond
from begin_ b
left join overzicht o using (vestigingscode)
left join gemeente v on v.gemeentenummer = b.vorige
where b.nieuw
