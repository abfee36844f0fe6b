-- One row per file. Every registry's reading is recorded by the run; here it becomes public.
select
    sha256, dataset, bestand, url, uitgever, licentie, peildatum, opgehaald_op, bytes, status, reden,
    regels_gelezen, regels_geladen, regels_afgekeurd, regels_geladen + regels_afgekeurd as regels_verantwoord
from intern.bestand
qualify row_number() over (partition by sha256 order by status, dataset) = 1
