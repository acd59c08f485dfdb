"""Files as people really have them, each with the tables that a reader must find in it."""
