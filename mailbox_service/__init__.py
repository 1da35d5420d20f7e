"""The Mayor's Mailbox: letters from citizens, answered in time. Start reading at `tickets/life`."""
