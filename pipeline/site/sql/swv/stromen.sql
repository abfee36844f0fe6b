-- What stays, comes in and goes out, per kind, on its newest date.
select
    swv_code as sleutel, soort, year(peildatum) as jaar, intern_ondergrens, intern_bovengrens, inkomend_ondergrens,
    inkomend_bovengrens, uitgaand_ondergrens, uitgaand_bovengrens, saldo_ondergrens, saldo_bovengrens, inkomend_bruikbaar,
    uitgaand_bruikbaar, bron
from grensverkeer_swv
qualify peildatum = max(peildatum) over (partition by soort)
order by soort
