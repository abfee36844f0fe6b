-- What samenwerkingsverbanden themselves count for lines of their support money, and whether it is used: not where no such line exists, where
-- a registry counts the same exactly, or where what it counts rules the number out.
select
    o.swv_code, o.periode, o.regel, o.aantal, o.percentage, o.toelichting,
    coalesce(list_contains(b.opgave, 'aantal') = (o.aantal is not null)
        and list_contains(b.opgave, 'percentage') = (o.percentage is not null) and len(b.opgave) > 0, false) as gebruikt,
    case
        when gebruikt then null
        when b.component is null then 'dit samenwerkingsverband heeft in deze periode geen regel van deze naam'
        when b.parameter is null then 'deze regel volgt uit de andere'
        when o.aantal is null and o.percentage is null then 'geen aantal en geen percentage gegeven'
        when o.percentage is not null and b.percentage_naam is null then 'deze regel heeft geen percentage'
        else 'een register telt hier ' || concat_ws(' tot ', b.aantal_ondergrens, nullif(b.aantal_bovengrens, b.aantal_ondergrens))
    end as reden,
    o.bron_sha256, o.bron_regel
from stg_swv_opgave o
left join (
    select swv_code, periode, component, parameter, percentage_naam, aantal_ondergrens, aantal_bovengrens,
        coalesce(string_split(opgave, ', '), []) as opgave
    from ondersteuningsbekostiging_swv
) b on b.swv_code = o.swv_code and b.periode = o.periode and b.component = o.regel
