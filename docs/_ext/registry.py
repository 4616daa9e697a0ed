"""Pages and tables made from the package's registries while the site is built.

Nothing that the package knows is listed by hand: a model file, a solver, an error class or an extra that is
added to the package appears in the documentation at the next build.
"""

from __future__ import annotations

import csv
import doctest
import html
import inspect
import io
import pkgutil
import sys
import textwrap
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.ext.autosummary import autosummary_table
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

sys.path.insert(0, str(Path(__file__).parent))

import api
import model_pages
from rst import cell, code, escape, list_table

import alliancegames as ag
from alliancegames import errors

# The subjects that the package is about come first; others follow by name.
PILLARS = ("deterrence", "credibility", "entrapment", "enlargement", "burden_sharing")


def models_table() -> str:
    """List the models, a table for each pillar."""
    pillars: dict[str, list[list[str]]] = {}
    for key, model in ag.models.all_models().items():
        title, source = f":doc:`{model.title} <{key}>`", f":cite:t:`{model.references[0]}`"
        pillars.setdefault(model.pillar, []).append([title, escape(model.question), model.form, model.fidelity, source])
    parts = []
    for pillar in sorted(pillars, key=lambda name: ([*PILLARS, name].index(name), name)):
        table = list_table(["model", "question", "form", "fidelity", "source"], pillars[pillar], widths=(22, 38, 15, 8, 17))
        parts.append(f".. rubric:: {pillar.replace('_', ' ').capitalize()}\n   :heading-level: 2\n\n{table}")
    return "\n".join(parts)


def solvers_table() -> str:
    rows = [[f":func:`~alliancegames.{row.concept}`", code(row.solver), escape(row.description)] for row in ag.solvers.table().itertuples()]
    return list_table(["entry function", "solver", "what it finds"], rows)


def vocabulary_table() -> str:
    """List every parameter name in use, with the models that use it."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for key, model in ag.models.all_models().items():
        for parameter in model.parameters:
            found.setdefault(parameter.name, []).append((key, parameter))
    rows = []
    for name, uses in sorted(found.items()):
        symbols = dict.fromkeys(code(parameter.symbol) for _, parameter in uses)
        meanings = dict.fromkeys(escape(parameter.meaning) for _, parameter in uses)
        units = dict.fromkeys(parameter.unit for _, parameter in uses)
        domains = dict.fromkeys(model_pages.domain(parameter) for _, parameter in uses)
        pages = [f":doc:`/models/{key}`" for key, _ in uses]
        rows.append([code(name), ", ".join(symbols), cell(meanings), cell(domains), cell(units), cell(pages)])
    return list_table(["code name", "symbol", "meaning", "domain", "unit", "models"], rows)


def _family(base: type) -> list[type]:
    return [cls for name in errors.__all__ if issubclass(cls := getattr(errors, name), base)]


def errors_catalogue(base: type = errors.AllianceGamesError) -> str:
    entries = [f".. autoexception:: alliancegames.errors.{cls.__name__}\n   :show-inheritance:\n" for cls in _family(base)]
    return "\n".join(entries)


def warnings_catalogue() -> str:
    return errors_catalogue(errors.AllianceGamesWarning)


def extras_table() -> str:
    """List the optional dependencies as the installed package declares them."""
    from importlib.metadata import distribution

    from packaging.requirements import Requirement

    package = distribution("alliancegames")
    requirements = [Requirement(text) for text in package.requires or []]
    rows = []
    for extra in package.metadata.get_all("Provides-Extra") or []:
        names = [r.name for r in requirements if r.marker and r.marker.evaluate({"extra": extra}) and not r.marker.evaluate({"extra": ""})]
        rows.append([code(extra), ", ".join(sorted(names))])
    return list_table(["extra", "installs"], rows)


def claims_table() -> str:
    """Count the propositions of the models by status, pillar by pillar."""
    counts: dict[str, Counter[str]] = {}
    for model in ag.models.all_models().values():
        row = counts.setdefault(model.pillar.replace("_", " "), Counter())
        row.update(["models", *(stated.status for stated in model().propositions)])
    total = sum(counts.values(), Counter())
    header = ["models", "verified", "recalled"]
    rows = [[pillar, *(str(row[name]) for name in header)] for pillar, row in [*sorted(counts.items()), ("all", total)]]
    return list_table(["pillar", "models", "propositions verified", "propositions recalled"], rows)


def replication_table() -> str:
    """List the models that replicate a publication, with how many of the stated results are derived again."""
    rows = []
    for key, model in ag.models.all_models().items():
        if model.fidelity == "F1":
            counts = Counter(stated.status for stated in model().propositions)
            source = f":cite:t:`{model.references[0]}`"
            rows.append([f":doc:`{model.title} </models/{key}>`", source, str(counts["verified"]), str(counts["recalled"])])
    return list_table(["model", "publication", "results verified", "results recalled"], rows)


def fidelity_table() -> str:
    """Say which models are how close to their sources."""
    models = ag.models.all_models()
    rows = []
    for label, meaning in ag.models.FIDELITY.items():
        pages = [f":doc:`{model.title} </models/{key}>`" for key, model in models.items() if model.fidelity == label]
        rows.append([label, escape(meaning), str(len(pages)), ", ".join(pages)])
    return list_table(["label", "meaning", "number", "models"], rows)


def sentences_table() -> str:
    """List the sentences of the claims table: what each model says, when, with numbers, and which proposition is the evidence."""
    parts = []
    for claim in ag.claims():
        rows = []
        for entry in claim.entries:
            model = f":doc:`{ag.models.get(entry.model).title} </models/{entry.model}>`"
            condition = cell([escape(entry.condition), code(entry.formula) if entry.formula else ""])
            sides = (("as said", entry.holds), ("otherwise", entry.reversed))
            numbers = cell(f"{word}: {code(entry.outcome)} {side.effect}, {escape(str(side))}" for word, side in sides if side)
            rows.append([model, entry.verdict, condition, numbers, f"{escape(entry.proposition)} ({entry.status})"])
        table = list_table(["model", "verdict", "when", "example", "proposition"], rows, widths=(16, 10, 32, 28, 14))
        missing = f"Not in the package: {escape(claim.missing)}.\n" if claim.missing else ""
        parts.append(f".. rubric:: {escape(claim.sentence)}: {claim.verdict}\n   :heading-level: 2\n\n{table}\n{missing}")
    return "\n".join(parts)


def rendered_table() -> str:
    """List the pages that the tests open in a browser."""
    text = (Path(__file__).parents[1] / "development" / "rendered_pages.csv").read_text(encoding="utf-8")
    pages = {row["page"]: escape(row["what it stands for"]) for row in csv.DictReader(io.StringIO(text))}
    return list_table(
        ["page", "what it stands for"],
        [[code(page) if page == "search" else f":doc:`/{page}`", meaning] for page, meaning in pages.items()],
    )


TABLES: dict[str, Callable[[], str]] = {
    "models": models_table,
    "sentences": sentences_table,
    "claims": claims_table,
    "fidelity": fidelity_table,
    "replication": replication_table,
    "solvers": solvers_table,
    "vocabulary": vocabulary_table,
    "errors": errors_catalogue,
    "warnings": warnings_catalogue,
    "extras": extras_table,
    "rendered": rendered_table,
}


class Registry(SphinxDirective):
    """Insert a table made from a registry: ``.. registry:: models``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        return self.parse_text_to_nodes(TABLES[self.arguments[0]]())


class Show(SphinxDirective):
    """Show an object of the page's tested example as a notebook would: ``.. show:: crisis``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", _example_names(self)[self.arguments[0]]._repr_html_(), format="html")]


class Draw(SphinxDirective):
    """Draw an object of the page's tested example, or show axes drawn there: ``.. draw:: payoffs``, with title and description."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"title": directives.unchanged_required, "alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        from matplotlib import pyplot, rc_context

        shown = _example_names(self)[self.arguments[0]]
        ax = shown if hasattr(shown, "set_title") else shown.plot()
        ax.set_title(self.options["title"], loc="left", fontsize="medium", pad=24 if _has_legend_on_top(ax) else None)
        picture = io.BytesIO()
        with rc_context({"svg.hashsalt": "alliancegames"}):  # the same picture at every build
            ax.figure.savefig(picture, format="svg", metadata={"Date": None}, bbox_inches="tight")
        pyplot.close(ax.figure)
        data = b64encode(picture.getvalue()).decode()
        return [
            nodes.raw(
                "",
                f'<img class="align-center" alt="{html.escape(self.options["alt"])}" src="data:image/svg+xml;base64,{data}">',
                format="html",
            )
        ]


def _has_legend_on_top(ax: Any) -> bool:
    """Whether a legend stands where the title would."""
    legend = ax.get_legend()
    ax.figure.canvas.draw()
    return legend is not None and bool(legend.get_window_extent().y1 > ax.bbox.y1)


def _example_names(directive: SphinxDirective) -> dict[str, Any]:
    """Run the examples of a page down to a directive, and return what they have defined there: a name may be used again below.

    They are tested elsewhere; what is meant to raise is left out.
    """
    page, line = directive.env.docname, directive.get_source_info()[1]
    pages: dict[str, tuple[list[doctest.Example], dict[str, Any]]] = directive.env.temp_data.setdefault("examples", {})
    if page not in pages:
        source = Path(directive.env.doc2path(page)).read_text(encoding="utf-8")
        pages[page] = doctest.DocTestParser().get_examples(source), {}
    waiting, names = pages[page]
    with redirect_stdout(io.StringIO()):
        while waiting and waiting[0].lineno < line:
            example = waiting.pop(0)
            if example.exc_msg is None:
                exec(compile(example.source, page, "single"), names)
    return names


class Source(SphinxDirective):
    """Show the source of a function of the installed package: ``.. source:: alliancegames.nash``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        text = textwrap.dedent(inspect.getsource(pkgutil.resolve_name(self.arguments[0])))
        return [nodes.literal_block(text, text, language="python")]


def generate(app: Any, _: Any) -> None:
    """Write the pages of models and of the layers of the package, before Sphinx looks for pages."""
    source = Path(app.srcdir)
    model_pages.write_all(source / "models")
    api.write_all(source / "reference" / "layers", source / "generated")


def resolve_short_name(app: Any, env: Any, node: Any, shown: Any) -> Any:
    """Let docstrings of every module write `nash` for ``alliancegames.nash``; other unknown names stay errors."""
    if node.get("refdomain") != "py":
        return None
    objects = {
        name: entry
        for name, entry in env.get_domain("py").objects.items()
        if entry.objtype in ("class", "function", "exception", "data") and not entry.aliased
    }
    target = node["reftarget"]
    names = [name for name in (f"alliancegames.{target}",) if name in objects] or [name for name in objects if name.endswith(f".{target}")]
    if not names:  # a method of the class that the page is about
        objects = {
            name: entry
            for name, entry in env.get_domain("py").objects.items()
            if entry.objtype == "method" and entry.docname == node["refdoc"]
        }
        names = [name for name in objects if name.endswith(f".{target}")]
    if len(names) != 1:
        return None
    entry = objects[names[0]]
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, shown, names[0])


def name_the_rows(_: Any, doctree: nodes.document) -> None:
    """Let the names in tables of names be the headers of their rows, which screen readers read out."""
    for listed in doctree.findall(autosummary_table):
        next(listed.findall(nodes.colspec))["stub"] = 1


def setup(app: Any) -> dict[str, Any]:
    app.add_directive("registry", Registry)
    app.add_directive("show", Show)
    app.add_directive("draw", Draw)
    app.add_directive("source", Source)
    app.connect("missing-reference", resolve_short_name)
    app.connect("doctree-read", name_the_rows)
    app.connect("config-inited", generate)  # before Sphinx and autosummary look for pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
