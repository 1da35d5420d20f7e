"""Who we are, and what changes rarely: offices, topics, people, policies and the calendar."""
