"""Claims about models: how they are read, turned into questions, and answered by formulas or enclosures."""
