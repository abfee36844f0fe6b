-- Boards by number. A number that a register of locations uses, but no register of boards at hand, has no name: what to call it is then
-- its number and the places where most of its locations stand, at most three.
with besturen as (
    select bevoegd_gezag_nummer, naam, editie, bron_sha256, bron_regel from stg_besturen_bo
    union all select bevoegd_gezag_nummer, naam, editie, bron_sha256, bron_regel from stg_besturen_so
    union all select bevoegd_gezag_nummer, naam, editie, bron_sha256, bron_regel from stg_besturen_vo
),
benoemd as (
    select bevoegd_gezag_nummer, arg_max({'naam': naam, 'sha256': bron_sha256, 'regel': bron_regel}, editie) as nieuwste
    from besturen
    group by bevoegd_gezag_nummer
),
plaats as (
    select bevoegd_gezag_nummer, plaats, count(distinct vestigingscode) filter (nu) as nu, count(distinct vestigingscode) as ooit
    from (
        select bevoegd_gezag_nummer, plaats, vestigingscode, actueel as nu from vestiging_bekend
        union all
        -- boards of before, which the history of a location names
        select bevoegd_gezag_nummer, plaats, vestigingscode, false from vestiging_gezien
    )
    where bevoegd_gezag_nummer is not null
    group by bevoegd_gezag_nummer, plaats
),
genoemd as (
    select bevoegd_gezag_nummer, list(plaats order by nu desc, ooit desc, plaats) filter (plaats is not null) as plaatsen
    from plaats
    group by bevoegd_gezag_nummer
)
select
    bevoegd_gezag_nummer, b.nieuwste.naam as naam,
    coalesce(b.nieuwste.naam, concat_ws(' in ', 'bestuur ' || bevoegd_gezag_nummer,
        array_to_string(g.plaatsen[:3], ', ') || case when len(g.plaatsen) > 3 then ' e.a.' else '' end)) as aanduiding,
    case when b.nieuwste.naam is null then 'geen besturenregister aangeleverd dat dit nummer kent' end as reden,
    b.nieuwste.sha256 as bron_sha256, b.nieuwste.regel as bron_regel
from genoemd g
full join benoemd b using (bevoegd_gezag_nummer)
where bevoegd_gezag_nummer is not null
