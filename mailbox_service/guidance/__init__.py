"""What the city explains: articles by section, in up to four languages, found together with published letters."""
