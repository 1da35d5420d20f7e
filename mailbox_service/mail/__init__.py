"""The post room: what leaves the house by mail, from the event that causes it to the server that takes it."""
