"""The sentences of the claims table and what models say about them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from alliancegames.models.claims import Claim, ClaimEntry, ClaimExample, Numbers

__all__ = ["TABLE"]


def example(before: Mapping[str, Any], after: Mapping[str, Any], *, was: str, now: str) -> ClaimExample:
    """Return an example; the outcome's values are written as ``"0 7/8"``."""

    def read(text: str) -> Numbers:
        return tuple(Fraction(part) for part in text.split())

    return ClaimExample(before, after, (read(was), read(now)))


TABLE = (
    Claim(
        "Credible guarantees deter",
        "credibility",
        (
            ClaimEntry(
                "extended_deterrence_basic", "p_attack", "falls",
                "A guarantee deters once the patron is believed reliable enough. Below that it does nothing at all.",
                "rho > rho* = u0/(u0 - u1)", "critical reliability",
                holds=example({"a": "1/2"}, {"a": "11/20"}, was="1", now="0"),
                reversed=example({"a": "1/10"}, {"a": "2/5"}, was="1", now="1"),
                proved=("rho_star < 1",),
            ),
            ClaimEntry(
                "tped", "p_attack_protege", "falls",
                "A defender that is reliable enough shields its protégé. But where deterrence fails, an ally's own reliability draws the attack on itself.",
                "rho_D >= (c_BP - c_SQ)/(c_BP - c_MW) and rho_P >= (c_BD - c_SQ)/(c_BD - c_MW)", "the more reliable state is attacked",
                holds=example({"rho_D": "1/5", "rho_P": "1/2"}, {"rho_D": "1/2", "rho_P": "1/2"}, was="1", now="0"),
                reversed=example({"rho_D": "2/5", "rho_P": "1/10"}, {"rho_D": "2/5", "rho_P": "1/2"}, was="0", now="1"),
            ),
            ClaimEntry(
                "tripwire", "p_attack", "falls",
                "A patron keeps enough force in place to deter if that is worth its cost; a smaller force would be attacked all the same.",
                "kappa max(f_tie, f_deny) < (1 - p + Delta)v", "the patron's choice",
                holds=example({"kappa": "4/5"}, {"kappa": "1/5"}, was="1", now="0"),
            ),
            ClaimEntry(
                "third_party_bargaining", "p_war", "falls",
                "If only the target knows whether support will come, likelier support makes war likelier, until it is so likely that the challenger moderates its demand.",
                "rho > rho* = (Delta + c0 - c1)/(Delta + c0 + c_C1)", "likely support, likely war",
                holds=example({"rho": "3/5"}, {"rho": "7/10"}, was="3/5", now="0"),
                reversed=example({"rho": "1/5"}, {"rho": "3/5"}, was="1/5", now="3/5"),
                proved=("rho_star < 1",),
            ),
        ),
    ),
    Claim(
        "When a partner can rely on others the cost of aggression rises",
        "deterrence",
        (
            ClaimEntry(
                "alliance_selection", "p_attack", "falls",
                "Where targets resist, a more reliable ally makes attacks rarer.",
                "rho > rho_T = (c_T - (1 - p0)v_T)/(d v_T)", "reliability deters",
                holds=example({"rho": "1/4"}, {"rho": "3/4"}, was="19/27", now="9/17"),
            ),
            ClaimEntry(
                "alliance_selection", "p_war", "falls",
                "Where targets resist in any case, war becomes rarer, too. It becomes likelier where the target would give in without its ally and resists with it.",
                "rho > rho_T = (c_T - (1 - p0)v_T)/(d v_T)", "alliances and war",
                holds=example({"rho": "1/4"}, {"rho": "3/4"}, was="19/27", now="9/17"),
                reversed=example({"rho": 0, "c_T": "2/5"}, {"rho": "3/4", "c_T": "2/5"}, was="0", now="9/17"),
            ),
            ClaimEntry(
                "two_theatre", "p_peace", "rises",
                "Help that is there in several theatres at once rules joint attacks out; less capacity leaves peace to expectations.",
                "K > 2g/(g + l)", "capacity for all",
                holds=example({"K": 1}, {"K": 2}, was="0 1/9 1", now="1"),
            ),
            ClaimEntry(
                "limited_aims", "p_war", "falls",
                "A third party that would fight moderates the aims of war before it deters war.",
                "max(p k/(Delta b), p - Delta - e) <= c_A", "strength moderates aims",
                holds=example({"k": "1/10", "e": "1/5"}, {"k": "1/25", "e": "1/5"}, was="1", now="0"),
                reversed=example({"k": "3/20"}, {"k": "1/10"}, was="1", now="1"),
            ),
        ),
    ),
    Claim(
        "Commitments embolden",
        "entrapment",
        (
            ClaimEntry(
                "moral_hazard_contract", "p_war", "rises",
                "A promised transfer in war makes the protégé refuse more offers. A promise so large that crises do not pay prevents war by the same mechanism.",
                "t < t_det = cbar + c_C - 2 sqrt(cbar (p + c_C - q))", "deterrence",
                holds=example({"t": 0}, {"t": "7/40"}, was="3/10", now="19/40"),
                reversed=example({"t": "7/40"}, {"t": "2/5"}, was="19/40", now="0"),
            ),
            ClaimEntry(
                "commitment_design", "p_provocation", "rises",
                "An unconditional promise emboldens if it is strong; one for defence only does not.",
                "beta_o > beta_R", "peace",
                holds=example({"beta_d": "3/5", "beta_o": "3/5"}, {"beta_d": "9/10", "beta_o": "9/10"}, was="0", now="1"),
                reversed=example({"beta_d": "3/5", "beta_o": "3/5"}, {"beta_d": "9/10", "beta_o": "3/5"}, was="0", now="0"),
            ),
            ClaimEntry(
                "restraint", "concession_due_to_ally", "falls",
                "A supportive ally lets its partner concede less. What the alliance with a reluctant ally is worth restrains: the partner concedes more.",
                "k/b < Delta + c_T", "a reluctant ally is worse than none",
                holds=example({"k": "3/5"}, {"k": "1/20"}, was="3/20", now="-1/5"),
                reversed=example({"k": "3/5", "V_T": 0}, {"k": "3/5", "V_T": "3/20"}, was="0", now="3/20"),
            ),
        ),
    ),
    Claim(
        "The small exploit the great",
        "burden_sharing",
        (
            ClaimEntry(
                "olson_zeckhauser", "burden_smallest", "falls",
                "With a pure public good a smaller ally bears no larger share of its wealth, and often none.",
                "g/w = 1 - G(1 - alpha)/(alpha w)", "exploitation of the great by the small",
                holds=example({"w": (100, 100, 100)}, {"w": (200, 60, 40)}, was="1/8", now="0"),
            ),
            ClaimEntry(
                "joint_product", "n_contributors", "falls",
                "If defence is a pure public good, inequality makes the small ride free. With private benefits every ally contributes, however small.",
                "gamma = 0", "everybody contributes",
                holds=example({"gamma": 0, "w": (2, 2, 2)}, {"gamma": 0, "w": (4, 1, 1)}, was="3", now="1"),
                reversed=example({"gamma": "1/5", "w": (2, 2, 2)}, {"gamma": "1/5", "w": (4, 1, 1)}, was="3", now="3"),
            ),
            ClaimEntry(
                "public_good_technology", "n_contributors", "falls",
                "Where the largest effort decides, one ally provides for all and the others ride free; it can be any ally, not only the greatest.",
                "H = max", "best shot",
                holds=example({"technology": "sum"}, {"technology": "best shot"}, was="3", now="1"),
            ),
            ClaimEntry(
                "share_bargaining", "t", "falls",
                "In a bargain over shares the ally with the larger own stake is paid less.",
                "t = [(v - o_A) - (V - C - o_P)]/2", "who is paid less",
                holds=example({"V": 5}, {"V": 6}, was="1/2", now="0"),
            ),
        ),
    ),
    Claim(
        "Integration costs autonomy and buys security",
        "credibility",
        (
            ClaimEntry(
                "restraint", "demand", "falls",
                "An ally that supports resistance buys security. With a reluctant one the target gives up autonomy and concedes more than without an ally.",
                "k/b < Delta + c_T", "a reluctant ally is worse than none",
                holds=example({"k": "1/5"}, {"k": "1/20"}, was="2/5", now="3/10"),
                reversed=example({"k": "3/5", "V_T": 0}, {"k": "3/5", "V_T": "3/20"}, was="1/2", now="13/20"),
                proved=("x_supported < x_alone", "x_alone <= x_advised"),
            ),
            ClaimEntry(
                "enlargement_club", "depth", "falls",
                "A common policy takes their own choice from members who want more than the least ambitious; among members who are alike it takes nothing.",
                "min(theta) < max(theta)", "broader or deeper",
                holds=example({"policy": "individual", "theta_new": 5}, {"policy": "common", "theta_new": 5}, was="3", now="2"),
                reversed=example({"policy": "individual", "theta": (1, 1, 1), "theta_new": 1}, {"policy": "common", "theta": (1, 1, 1), "theta_new": 1}, was="4", now="4"),
            ),
        ),
        "the exchange of autonomy for security between a strong and a weak ally (no model of it is in the package yet)",
    ),
    Claim(
        "Clear standards, transparent reporting and reciprocity sustain alliances",
        "burden_sharing",
        (
            ClaimEntry(
                "reciprocal_pledges", "delta_star", "falls",
                "More accurate reports let less patient allies keep their pledges, wherever pledges can be kept at all; vague reports sustain nothing.",
                "(2a - 1)(d - c) > (1 - a)c", "accuracy lowers the patience needed",
                holds=example({"a": "4/5"}, {"a": "9/10"}, was="25/28", now="100/153"),
            ),
            ClaimEntry(
                "noisy_monitoring", "v", "rises",
                "The best payoff falls in false alarms and rises in detection.",
                "v = pi - g p/(q - p)", "signs",
                holds=example({"p": "1/5"}, {"p": "1/10"}, was="3/4", now="9/10"),
            ),
            ClaimEntry(
                "repeated_burden", "provision", "rises",
                "Ending contributions after a departure sustains them if allies are patient enough. Reciprocity alone does not make impatient allies contribute.",
                "delta >= (1 - b_i)/(b_i (n - 1))", "unequal allies",
                holds=example({"delta": "1/4"}, {"delta": "1/2"}, was="0", now="0 3"),
                reversed=example({"delta": "1/10"}, {"delta": "1/4"}, was="0", now="0"),
            ),
        ),
        "that less frequent reports can help is stated in the model of noisy monitoring as recalled, not derived",
    ),
    Claim(
        "Enlargement deters",
        "enlargement",
        (
            ClaimEntry(
                "accession_window", "p_war", "falls",
                "An accession that is guarded well enough meanwhile is not attacked, and completes. A guarantee that is too weak changes nothing.",
                "delta h (Delta - gamma) < (1 - delta)[(1 - p1 + gamma) + (1 - delta)c_R]", "when the rival attacks",
                holds=example({"h": "1/2", "gamma": 0}, {"h": "1/2", "gamma": "7/20"}, was="1/2", now="0"),
                reversed=example({"h": "1/2", "gamma": 0}, {"h": "1/2", "gamma": "1/20"}, was="1/2", now="1/2"),
            ),
        ),
    ),
    Claim(
        "Enlargement provokes",
        "enlargement",
        (
            ClaimEntry(
                "accession_window", "p_war", "rises",
                "A rival attacks in the window if the shift of power is large and accession not too slow; a likelier accession then leaves it less time.",
                "h > h*", "provocation jumps, then falls",
                holds=example({"h": "1/10"}, {"h": "1/2"}, was="0", now="1/2"),
                reversed=example({"h": "1/2"}, {"h": "9/10"}, was="1/2", now="1/10"),
            ),
            ClaimEntry(
                "enlargement_trust", "p_broken", "rises",
                "Where trust is fragile, enlargement can end the cooperation of a rival that would have cooperated. Where there is enough trust it does not, even if expansionists gain more.",
                "t_E < m < t", "fragile trust",
                holds=example({"t": "19/20"}, {"t": "7/10"}, was="0", now="0 7/50 9/50"),
                reversed=example({"t": "19/20"}, {"t": "19/20", "b_X": 8}, was="0", now="0"),
            ),
        ),
    ),
    Claim(
        "Larger alliances decide more slowly",
        "enlargement",
        (
            ClaimEntry(
                "enlargement_club", "p_admitted", "falls",
                "Under unanimity each further member can veto. A majority is not slowed down in this way.",
                "q^n under unanimity", "votes with doubtful gains",
                holds=example({"theta": (1, "6/5"), "theta_new": 4}, {"theta": (1, "6/5", "3/2", 2), "theta_new": 4}, was="1", now="0"),
                reversed=example({"theta": (1, "6/5"), "theta_new": 4, "needed": 1}, {"theta": (1, "6/5", "3/2", 2), "theta_new": 4, "needed": 2}, was="1", now="1"),
            ),
            ClaimEntry(
                "repeated_burden", "delta_star_1", "rises",
                "Among equal allies who share a given worth of a contribution, more members need more patience.",
                "delta* = (n - r)/(r(n - 1))", "signs",
                holds=example({"b": ("3/4", "3/4")}, {"b": ("1/2", "1/2", "1/2")}, was="1/3", now="1/2"),
            ),
        ),
        "how long decisions take; the models say whether agreement is reached and what it takes",
    ),
)  # fmt: skip
"""All claims."""
