"""Every SELECT that starts at a ticket, a file per audience. Each takes the viewer: what one may not see is not found.

`case` loads a ticket whole for its verbs; `sight` says in SQL what `rights.may_see` says of a loaded case.
"""
