"""What staff keep around a ticket and is not its truth: drafts, notes, tags. The citizen never sees it."""
