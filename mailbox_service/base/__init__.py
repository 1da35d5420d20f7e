"""What every room stands on: settings, database, clock, refusals, language, tokens. Has never heard of a ticket."""
