"""Finding models by words."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from alliancegames.errors import ParameterError
from alliancegames.models import registry
from alliancegames.models.bibliography import cite
from alliancegames.models.model import Model
from alliancegames.models.registry import all_models

__all__ = ["find"]

WEIGHTS = {"title": 8, "question": 4, "parameters": 3, "outcomes": 3, "story": 2, "propositions": 1, "references": 1}
"""How much a place counts in which a word is found."""


def find(words: str) -> Any:
    """Find models that speak of something.

    Parameters
    ----------
    words : str
        Words or beginnings of words, separated by spaces; all must occur somewhere in what a model says of itself: its
        key and title, question, story, names and meanings of parameters and outcomes, propositions, references.

    Returns
    -------
    pandas.DataFrame
        Rows of `alliancegames.models.list`, best match first, with the places in which words were found. The whole
        phrase counts more than its words apart, and titles more than stories; ties are in the order of keys.

    Raises
    ------
    ParameterError
        There is no word.

    Examples
    --------
    >>> import alliancegames as ag
    >>> ag.models.find("chain-ganging").index[0]
    'chain_gang_buck'
    >>> "audience_cost_crisis" in ag.models.find("audience cost").index
    True
    """
    wanted = words.lower().split() if isinstance(words, str) else []
    if not wanted:
        raise ParameterError(f"find(): words is what to look for and needs at least one word, got {words!r}.")
    scores: dict[str, tuple[int, list[str]]] = {}
    for key, model in all_models().items():
        texts = _texts(model)
        if all(any(word in text for text in texts.values()) for word in wanted):
            scores[key] = _score(texts, wanted)
    ranked = sorted(scores, key=lambda key: (-scores[key][0], key))
    table = registry.list().loc[ranked]
    return table.assign(found_in=[", ".join(scores[key][1]) for key in ranked])


def _score(texts: Mapping[str, str], wanted: list[str]) -> tuple[int, list[str]]:
    """Return how well texts match, and where words were found."""
    phrase, total, places = " ".join(wanted), 0, []
    for place, text in texts.items():
        hits = sum(word in text for word in wanted)
        if hits:
            total += WEIGHTS[place] * (hits + len(wanted) * (phrase in text))
            places.append(place)
    return total, places


def _texts(model: type[Model]) -> dict[str, str]:
    """Return what a model says of itself, in lower case, by place."""
    parts = {
        "title": [model.key.replace("_", " "), model.title, model.key],
        "question": [model.question, model.pillar.replace("_", " ")],
        "parameters": [text for q in model.parameters for text in (q.name.replace("_", " "), q.name, q.symbol, q.meaning)],
        "outcomes": [text for outcome in model.outcomes for text in (outcome.name, outcome.meaning)],
        "story": [inspect.getdoc(model) or "", model.form],
        "propositions": [text for stated in model().propositions for text in (stated.name, stated.statement)],
        "references": [cite(*model.references), *model.references],
    }
    return {place: " ".join(" \n ".join(texts).lower().split()) for place, texts in parts.items()}
