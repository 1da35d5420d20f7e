"""The aggregate the service exists for: letters, and everything that happens to them."""
