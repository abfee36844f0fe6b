-- The way of a column back to the registries, step by step: `stap` 1 is what it is made from, and a row with a `dataset` is where a
-- registry begins, whose files table bron names. Ask herkomst_van('vestiging', 'naam').
create macro herkomst_van(van_tabel, van_kolom) as table
with recursive weg as (
    select 1 as stap, tabel, kolom, uit_tabel, uit_kolom, dataset
    from herkomst_kolom
    where tabel = van_tabel and kolom = van_kolom
    union
    select w.stap + 1, h.tabel, h.kolom, h.uit_tabel, h.uit_kolom, h.dataset
    from weg w
    join herkomst_kolom h on h.tabel = w.uit_tabel and h.kolom = w.uit_kolom
)
select min(stap) as stap, tabel, kolom, uit_tabel, uit_kolom, dataset
from weg
group by tabel, kolom, uit_tabel, uit_kolom, dataset
order by stap, tabel, kolom, uit_tabel, uit_kolom
