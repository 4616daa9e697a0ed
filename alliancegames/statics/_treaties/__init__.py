"""Treaty design as mathematical programs: one instrument on a line, several in space."""
