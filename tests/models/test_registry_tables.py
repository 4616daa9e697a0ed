"""Finding and comparing models, and filling in parameters that are not set."""

from fractions import Fraction as F

import alliancegames as ag


def test_one_component_set_leaves_the_others_at_the_example():
    model = ag.models.AllianceDilemma(sigma_2="1/3")
    assert model.is_symbolic
    assert model.completed().values().sigma == (F(4, 5), F(1, 3))
    assert model.solve().regimes == ag.models.AllianceDilemma(sigma=["4/5", "1/3"]).solve().regimes
    assert ag.models.AllianceDilemma(sigma_1=0.3).completed().values().sigma == (0.3, 0.8)


def test_completing_keeps_symbols_that_were_given():
    import sympy

    own = sympy.Symbol("s")
    assert ag.models.AllianceDilemma(sigma=[own, F(1, 3)]).completed().values().sigma == (own, F(1, 3))
