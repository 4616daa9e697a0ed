"""Save and load games, and exchange them with other packages."""
