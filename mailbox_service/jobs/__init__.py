"""What the service does unasked. `runner` holds the timetable; each job is a file and may run on many nodes."""
