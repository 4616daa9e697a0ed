"""Tell pytest which files under docs/ are prose to test and which are made by the build."""

collect_ignore = ["conf.py", "_ext", "_build", "generated", "gallery", "reference/layers"]
