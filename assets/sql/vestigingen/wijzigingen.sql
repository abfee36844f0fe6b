-- What changed, one row per change: locations by successive editions of a register and by their samenwerkingsverband, the
-- samenwerkingsverbanden and gemeenten themselves. A change lies after `gebeurd_na` and no later than `gebeurd_uiterlijk`; where a
-- registry gives the day itself, that is `gebeurd_op`. `sleutel` tells apart what an id must: the values, without their spelling.
with naast as (
    select *,
        lag(naam) over w as naam_, lag(bevoegd_gezag_nummer) over w as bevoegd_gezag_nummer_, lag(denominatie) over w as denominatie_,
        lag(adres) over w as adres_, lag(postcode) over w as postcode_, lag(plaats) over w as plaats_,
        lag(gemeentenummer) over w as gemeentenummer_,
        concat_ws(', ', soort, nullif('cluster ' || cluster, ''), onderwijsstructuur) as aanbod,
        lag(concat_ws(', ', soort, nullif('cluster ' || cluster, ''), onderwijsstructuur)) over w as aanbod_
    from vestiging_historie
    window w as (partition by register, vestigingscode order by geldig_vanaf)
),
soorten as (
    select *, unnest(string_split(wijziging, ', ')) as wat
    from naast
    where begin = 'gewijzigd'
),
register as (
    select vestigingscode, register, begin as soort, naam, null as van, concat_ws(', ', naam, adres, postcode, plaats) as naar,
        '' as sleutel, vorige_editie as na, geldig_vanaf as uiterlijk
    from naast
    where begin in ('geopend', 'heropend')
    union all
    select vestigingscode, register, 'gesloten', naam, concat_ws(', ', naam, adres, postcode, plaats), null, '', laatste_editie, geldig_tot
    from naast
    where einde = 'gesloten'
    union all
    select vestigingscode, register, wat, naam,
        case wat
            when 'hernoemd' then naam_ when 'ander bestuur' then bevoegd_gezag_nummer_ when 'andere denominatie' then denominatie_
            when 'herindeling' then gemeentenummer_ when 'ander aanbod' then aanbod_ else concat_ws(', ', adres_, postcode_, plaats_)
        end,
        case wat
            when 'hernoemd' then naam when 'ander bestuur' then bevoegd_gezag_nummer when 'andere denominatie' then denominatie
            when 'herindeling' then gemeentenummer when 'ander aanbod' then aanbod else concat_ws(', ', adres, postcode, plaats)
        end,
        case wat
            when 'hernoemd' then concat_ws('>', naam_, naam) when 'ander bestuur' then concat_ws('>', bevoegd_gezag_nummer_, bevoegd_gezag_nummer)
            when 'andere denominatie' then concat_ws('>', denominatie_, denominatie)
            when 'herindeling' then concat_ws('>', gemeentenummer_, gemeentenummer) when 'ander aanbod' then concat_ws('>', aanbod_, aanbod)
            when 'verhuisd' then concat_ws('>', postcode_, postcode) else concat_ws('>', adres_, adres)
        end,
        vorige_editie, geldig_vanaf
    from soorten
),
-- what no register of its kind shows, because it has none at hand or is older: the first and the last count with pupils
lijst as (
    select *, case when soort in ('SO', 'VSO', 'SOVSO') then 'so' else lower(soort) end as lijst
    from vestiging_gezien
    where eerste_dag is not null
),
dag as (select lijst, eerste_dag as dag from lijst union select lijst, laatste_dag from lijst),
stand as (
    select lijst, coalesce(max(laatste_dag) filter (rang = 1), date '2014-08-01') as register, max(laatste_dag) as nieuwste
    from lijst
    group by lijst
),
gezien as (
    select vestigingscode, lijst, min(eerste_dag) as eerste, max(laatste_dag) as laatste from lijst group by vestigingscode, lijst
),
telling as (
    select g.vestigingscode, g.lijst, 'geopend' as soort, max(d.dag) as na, g.eerste as uiterlijk
    from gezien g
    join stand s using (lijst)
    join dag d on d.lijst = g.lijst and d.dag < g.eerste and d.dag >= s.register
    group by g.vestigingscode, g.lijst, g.eerste
    union all
    select g.vestigingscode, g.lijst, 'gesloten', g.laatste, min(d.dag)
    from gezien g
    join stand s using (lijst)
    join dag d on d.lijst = g.lijst and d.dag > g.laatste
    where g.laatste >= s.register
    group by g.vestigingscode, g.lijst, g.laatste
),
koppeling_naast as (
    select k.*, v.naam, lag(k.swv_code) over w as swv_code_, lag(k.methode) over w as methode_
    from koppeling k
    join vestiging_bekend v using (vestigingscode)
    where k.swv_code is not null and (v.actueel or v.laatst_gezien is null or k.geldig_vanaf <= v.laatst_gezien)
    window w as (partition by k.vestigingscode, k.sector order by k.geldig_vanaf)
),
editie as (
    select vestigingscode, geldig_vanaf, max(vorige_editie) as vorige_editie
    from vestiging_historie
    where begin = 'gewijzigd'
    group by vestigingscode, geldig_vanaf
),
verbonden as (
    select k.vestigingscode, k.sector, k.naam, k.swv_code_, k.swv_code, k.geldig_vanaf, k.geldig_vanaf_grond = 'register' and e.vestigingscode is null as gedateerd,
        -- between two links without days in between, the change lies after the edition before
        coalesce(k.geldig_vanaf_na, e.vorige_editie) as na
    from koppeling_naast k
    left join editie e on e.vestigingscode = k.vestigingscode and e.geldig_vanaf = k.geldig_vanaf and k.methode != 'rio'
    where k.swv_code_ is distinct from k.swv_code and k.swv_code_ is not null
        -- what comes after a relation whose end RIO announces, it does not say: mostly the location closes
        and not (k.methode_ = 'rio' and k.methode != 'rio' and k.geldig_vanaf > peildag())
),
swv_naam as (
    select swv_code, geldig_vanaf, naam, lag(naam) over (partition by swv_code order by geldig_vanaf) as naam_
    from samenwerkingsverband_historie
),
alles as (
    select 'vestiging' as onderwerp, vestigingscode as code, register as deel, soort, naam, van, naar, sleutel, na, uiterlijk,
        null::date as op, uiterlijk as bekend, 'vestigingen_' || register as bron
    from register
    union all
    select 'vestiging', t.vestigingscode, t.lijst, t.soort, v.naam,
        case t.soort when 'gesloten' then coalesce(nullif(concat_ws(', ', v.naam, v.plaats), ''), t.vestigingscode) end,
        case t.soort when 'geopend' then coalesce(nullif(concat_ws(', ', v.naam, v.plaats), ''), t.vestigingscode) end,
        '', t.na, t.uiterlijk, null, t.uiterlijk, 'vestiging_gezien'
    from telling t
    join vestiging_bekend v using (vestigingscode)
    anti join register r on r.vestigingscode = t.vestigingscode and r.soort = t.soort
    union all
    select 'vestiging', vestigingscode, sector, 'ander samenwerkingsverband', naam, swv_code_, swv_code, swv_code_ || '>' || swv_code,
        case when gedateerd then geldig_vanaf - interval 1 day else na end, geldig_vanaf, case when gedateerd then geldig_vanaf end,
        case when not gedateerd then geldig_vanaf end, 'koppeling'
    from verbonden
    union all
    select 'samenwerkingsverband', swv_code, sector, 'begonnen', naam, null, naam, '', coalesce(begindatum_na, begindatum - interval 1 day),
        begindatum, case when begindatum_na is null then begindatum end, case when begindatum_na is not null then begindatum end,
        'samenwerkingsverband'
    from samenwerkingsverband
    where begindatum > date '2014-08-01'
    union all
    select 'samenwerkingsverband', swv_code, sector, case when opvolger is null then 'beëindigd' else 'opgegaan' end, naam, swv_code,
        opvolger, '', coalesce(einddatum_na, einddatum - interval 1 day), einddatum, case when einddatum_na is null then einddatum end,
        case when einddatum_na is not null then einddatum end, 'samenwerkingsverband'
    from samenwerkingsverband
    where einddatum is not null
    union all
    select 'samenwerkingsverband', swv_code, left(swv_code, 2), 'hernoemd', naam, naam_, naam, concat_ws('>', naam_, naam),
        geldig_vanaf - interval 1 day, geldig_vanaf, geldig_vanaf, null, 'rio_samenwerkingsverbanden'
    from swv_naam
    where regexp_replace(lower(strip_accents(naam)), '[^a-z0-9]', '', 'g')
        is distinct from regexp_replace(lower(strip_accents(naam_)), '[^a-z0-9]', '', 'g') and naam_ is not null
    union all
    select 'gemeente', gemeentenummer, null, case when opvolger is null then 'beëindigd' else 'opgegaan' end, naam, gemeentenummer,
        opvolger, '', laatst_gezien, geldig_tot, null, geldig_tot, 'gemeente'
    from gemeente
    where geldig_tot is not null
),
herkend as (
    select *, concat_ws('/', onderwerp, code, deel, replace(soort, ' ', '-'),
        nullif(left(md5(regexp_replace(lower(strip_accents(sleutel)), '[^a-z0-9>]', '', 'g')), 8), left(md5(''), 8))) as begin_id
    from alles
)
select
    -- the same change once more, after it was undone, has a number behind it
    begin_id || case row_number() over w when 1 then '' else '/' || row_number() over w end as id,
    onderwerp, code, deel, soort, naam, van, naar, na::date as gebeurd_na, uiterlijk as gebeurd_uiterlijk, op as gebeurd_op,
    bekend as bekend_vanaf, bron
from herkend
window w as (partition by begin_id order by uiterlijk)
