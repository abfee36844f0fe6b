-- From which columns each column of a table or view comes, as the queries say: made by `make pages`, so that no run parses SQL.
select tabel, kolom, uit_tabel, uit_kolom, dataset
from referentie.herkomst_kolom
