"""Information: what allies know, tell each other, and can prove."""
