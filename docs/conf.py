"""Configuration of the documentation: ``sphinx-build -n -W --keep-going -b html docs docs/_build/html``."""

import os
import sys
from importlib.metadata import version as installed_version
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "alliancegames"
author = "The alliancegames developers"
copyright = author
release = version = installed_version("alliancegames")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "sphinxcontrib.bibtex",
    "mathml",
    "registry",
    "results",
    "slim",
]

# References: a single backtick is a reference to our own code, and a reference that leads nowhere is an error.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(numpy|np|pandas|pd|matplotlib|sympy|xarray|fractions|typing|collections|abc|concurrent)\..*"),
    (r"py:.*", r"(object|str|Fraction|Exception|UserWarning|ValueError|TypeError|KeyError|RuntimeError|ImportError)"),
]
if os.environ.get("DOCS_ONLINE") == "1":
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "pandas": ("https://pandas.pydata.org/docs", None),
        "matplotlib": ("https://matplotlib.org/stable", None),
        "sympy": ("https://docs.sympy.org/latest", None),
        "xarray": ("https://docs.xarray.dev/en/stable", None),
    }

# Docstrings say what types are expected in words; signatures stay short.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
autosummary_ignore_module_all = False
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"
templates_path = ["_templates"]

html_math_renderer = "mathml"

bibtex_bibfiles = [str(files("alliancegames") / "data" / "references.bib")]
bibtex_reference_style = "author_year"
bibtex_default_style = "plain"

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"[\\/](plot_|quickstart)",
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("alliancegames",),
    "reference_url": {"alliancegames": None},
    "matplotlib_animations": False,
    "abort_on_example_error": False,
    "only_warn_on_example_error": False,
    "min_reported_time": 0,
    "junit": "../gallery.xml",
    "remove_config_comments": True,
    "download_all_examples": False,
    "show_signature": False,
    "within_subsection_order": "FileNameSortKey",
}

exclude_patterns = ["_build", "**/sg_execution_times.rst", "sg_execution_times.rst"]
suppress_warnings = ["config.cache"]  # sphinx-gallery keeps functions in its configuration

html_theme = "pydata_sphinx_theme"
html_title = f"alliancegames {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
}
# The page of a single name would repeat the list of all names of its layer: four fifths of the whole site.
html_sidebars = {"index": [], "bibliography": [], "models/*": [], "generated/*": [], "_modules/**": []}
