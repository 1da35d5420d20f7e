"""What comes in by mail: understood step by step, each a plain function of bytes or text.

`headers` and `charsets` read what stands in a header or a part in whatever encoding it came, `parts` finds the text and
the files, `html` makes text of a page, `quotes` folds away what the sender only quotes, `automatic` tells machines from
people. `read` puts them together: the one door into this room.
"""
