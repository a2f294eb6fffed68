"""Hours: service records: approved, in notice, recorded, corrected."""
