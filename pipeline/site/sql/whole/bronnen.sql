-- The registries behind the release: one row per entry of the catalogue, with its newest edition.
select
    dataset, any_value(uitgever order by uitgever) as uitgever, any_value(url order by url) as url,
    string_agg(distinct licentie, ', ' order by licentie) as licentie,
    min(peildatum) as eerste_peildatum, max(peildatum) as laatste_peildatum,
    max(opgehaald_op)::date as opgehaald_op,
    count(*) filter (status = 'gelezen') as gelezen, count(*) filter (status = 'geweigerd') as geweigerd,
    sum(regels_gelezen)::bigint as regels_gelezen, sum(regels_afgekeurd)::bigint as regels_afgekeurd
from bron
group by dataset
order by dataset
