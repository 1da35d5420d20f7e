"""The doors people use with a browser: pages made on the server, one room per audience.

A door reads the form, calls one verb, and answers with a page or a 303. What may be done is decided
behind it, in `tickets`; what is said stands in the catalogues.
"""
