"""The post room: what leaves the house by mail, from its event to the server that takes it, and what comes in."""
