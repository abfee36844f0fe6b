-- Boards by number. A number that a register of locations uses, but no register of boards at hand, has no name.
with besturen as (
    select bevoegd_gezag_nummer, naam, editie from stg_besturen_bo
    union all select bevoegd_gezag_nummer, naam, editie from stg_besturen_so
    union all select bevoegd_gezag_nummer, naam, editie from stg_besturen_vo
),
genoemd as (
    select bevoegd_gezag_nummer from besturen
    union select bevoegd_gezag_nummer from vestiging_bekend where bevoegd_gezag_nummer is not null
)
select
    g.bevoegd_gezag_nummer,
    arg_max(b.naam, b.editie) as naam,
    case when count(b.naam) = 0 then 'geen besturenregister aangeleverd dat dit nummer kent' end as reden
from genoemd g
left join besturen b using (bevoegd_gezag_nummer)
where g.bevoegd_gezag_nummer is not null
group by g.bevoegd_gezag_nummer
