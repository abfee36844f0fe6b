select dataset, bron_sha256, bestand, regel, kolom, waarde, reden
from intern.afgekeurd
