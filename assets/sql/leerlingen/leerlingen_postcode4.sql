-- Pupils in po and vo by where they live, whatever school they go to.
select
    herkomst, soort, peildatum, any_value(woon_swv) as woon_swv,
    case when sum(ondergrens) = sum(bovengrens) then sum(ondergrens)::bigint end as leerlingen,
    sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens, max(bron) as bron
from leerlingen_herkomst
group by herkomst, soort, peildatum
