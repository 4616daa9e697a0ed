"""Tell pytest which files under docs/ are prose to test, and which configure or are made by the build."""

collect_ignore = ["conf.py", "conftest.py", "_ext", "_build", "generated", "gallery", "reference/layers"]
