"""Solvers of repeated and stochastic games: payoff sets, critical patience, certificates of strategies.

Each function of the public interface has a module; modules with an underscore are its parts, named for it.

What can be sustained at a given patience
    ``spe_payoffs`` is the entrance. Two equally patient players who see all actions are solved in the plane
    (``_planar_*``): rounds in floats propose a polygon (``_planar_bounds``), equations make its corners exact
    (``_planar_structure``), a machine attains it (``_planar_machine``, ``_planar_witness``), rounds from outside and a
    contraction prove that nothing else is left (``_planar_outer``, ``_planar_contraction``); ``_planar_lotteries`` does
    without a public random number. All other games go to ``outer_inner`` (any number of players, unequal patience;
    ``_bounds_*``), ``finite`` (a last period), ``transfers`` (``_transfers_*``) or ``public_monitoring`` (``_public_*``).
    ``stochastic_payoffs`` and ``stochastic_transfers`` do the same for games with states (``_stochastic_*``).

What patience brings at most
    ``geometry`` (feasible, individually rational and folk-theorem payoffs), ``limit_payoffs`` (public signals).

How much patience is needed
    ``critical`` (Nash reversion, punishments of some periods, any machine, formulas; ``_critical_*``), ``penal_codes``
    (optimal punishments), ``thresholds`` (all changes of the payoff set; both with ``_planar_events``), ``transfers``.
    That a list of thresholds is complete is proved in ``_planar_complete``: corners as rational functions of a parameter
    (``_planar_curves``, ``_planar_functions``) make families of polygons (``_planar_families``, ``_planar_meetings``).

Whether given strategies are an equilibrium
    ``automata`` (exact payoffs and the certificate of one-shot deviations; ``_automata_*``), ``equilibria_among``.

An inner set is always attained by a machine that is checked in rationals, whatever found it; an outer set is always a
proved bound. Where both meet, the answer is exact.
"""
