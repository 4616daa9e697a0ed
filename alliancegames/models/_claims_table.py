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
                "rho_D >= (c_BP - c_SQ)/(c_BP - c_MW) and rho_P >= (c_BD - c_SQ)/(c_BD - c_MW)", "whom to attack",
                holds=example({"rho_D": "1/5", "rho_P": "1/2"}, {"rho_D": "1/2", "rho_P": "1/2"}, was="1", now="0"),
                reversed=example({"rho_D": "2/5", "rho_P": "1/10"}, {"rho_D": "2/5", "rho_P": "1/2"}, was="0", now="1"),
            ),
            ClaimEntry(
                "tripwire", "p_attack", "falls",
                "A patron keeps enough force in place to deter if that is worth its cost; a smaller force would be attacked all the same. Tying hands more tightly changes nothing where f_deny, which keeps the challenger from winning, is the larger.",
                "kappa max(f_tie, f_deny) < (1 - p + Delta)v", "the patron's choice",
                holds=example({"kappa": "4/5"}, {"kappa": "1/5"}, was="1", now="0"),
                reversed=example({"kappa": "4/5"}, {"kappa": "4/5", "a": 2}, was="1", now="1"),
            ),
            ClaimEntry(
                "third_party_bargaining", "p_war", "falls",
                "If only the target knows whether support will come, likelier support makes war likelier, until it is so likely that the challenger moderates its demand.",
                "rho > rho* = (Delta + c0 - c1)/(Delta + c0 + c_C1)", "likely support, likely war",
                holds=example({"rho": "3/5"}, {"rho": "7/10"}, was="3/5", now="0"),
                reversed=example({"rho": "1/5"}, {"rho": "3/5"}, was="1/5", now="3/5"),
                proved=("rho_star < 1",),
            ),
            ClaimEntry(
                "pivotal_alliance", "p_attack", "falls",
                "A treaty that is dearer to break deters if it makes an ally help that would not help otherwise. It adds nothing where the ally would not help even then.",
                "-alpha < Delta v - c_A < 0", "the pivotal band",
                holds=example({"alpha": "1/10"}, {"alpha": "3/10"}, was="1", now="0"),
                reversed=example({"alpha": "1/10", "c_A": 1}, {"alpha": "3/10", "c_A": 1}, was="1", now="1"),
            ),
            ClaimEntry(
                "unilateral_deterrence", "p_status_quo", "rises",
                "A defender that is credible enough is not challenged. While it stays below the thresholds more credibility changes nothing; the more satisfied the challenger, the lower they are.",
                "p_D > c1 = (c_DC - c_SQ)/(c_DC - c_DD+)", "neither necessary nor sufficient",
                holds=example({"p_D": "1/5"}, {"p_D": "4/5"}, was="2/5 1", now="1"),
                reversed=example({"p_D": "1/10"}, {"p_D": "1/5"}, was="2/5 1", now="2/5 1"),
                proved=("d(c1)/d(c_SQ) < 0",),
            ),
            ClaimEntry(
                "decision_speed", "p_grab", "falls",
                "A guarantee deters a fast grab if the members are ready enough to decide in time. Speed does not help if a response costs more than what is grabbed.",
                "P > P* = g/(g + l) and v > k", "when the grab is deterred",
                holds=example({"q": "19/20"}, {"q": "99/100"}, was="1", now="0"),
                reversed=example({"q": "19/20", "k": 2}, {"q": "99/100", "k": 2}, was="1", now="1"),
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
                reversed=example({"K": 1}, {"K": "5/4"}, was="0 1/9 1", now="0 1/81 1"),
            ),
            ClaimEntry(
                "limited_aims", "p_war", "falls",
                "A third party that would fight moderates the aims of war before it deters war.",
                "max(p k/(Delta b), p - Delta - e) <= c_A", "strength moderates aims",
                holds=example({"k": "1/10", "e": "1/5"}, {"k": "1/25", "e": "1/5"}, was="1", now="0"),
                reversed=example({"k": "3/20"}, {"k": "1/10"}, was="1", now="1"),
            ),
            ClaimEntry(
                "tped", "attack_protege", "falls",
                "A defender that is more reliable makes an attack on its protégé worse. The protégé's own reliability does not.",
                "attack_protege = rho_D c_MW + (1 - rho_D)c_BP - c_SQ", "own reliability does not protect",
                holds=example({"rho_D": "1/5"}, {"rho_D": "1/2"}, was="7/25", now="-1/20"),
                reversed=example({"rho_P": "1/5"}, {"rho_P": "1/2"}, was="-49/100", now="-49/100"),
                proved=("d(attack_protege)/d(rho_D) < 0", "d(attack_protege)/d(rho_P) == 0"),
            ),
            ClaimEntry(
                "ultimatum_crisis", "demand", "falls",
                "An ally that everybody knows of lowers what can be demanded of its partner one for one with the chance to win.",
                "x* = p + max(c_lo, (c_hi - c_A)/2)", "a known ally",
                holds=example({"p": "3/5"}, {"p": "2/5"}, was="3/4", now="11/20"),
            ),
            ClaimEntry(
                "ultimatum_crisis", "p_war", "falls",
                "It leaves the risk of war as it is: demands adapt.",
                "(c_hi - c_A - 2 c_lo)/(2(c_hi - c_lo))", "a known ally",
                reversed=example({"p": "3/5"}, {"p": "2/5"}, was="3/8", now="3/8"),
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
            ClaimEntry(
                "alliance_selection", "p_resist", "rises",
                "A target that would give in alone resists if its ally is reliable. One that would resist in any case is not changed.",
                "rho > rho_T = (c_T - (1 - p0)v_T)/(d v_T)", "alliances and war",
                holds=example({"rho": 0, "c_T": "2/5"}, {"rho": "3/4", "c_T": "2/5"}, was="0", now="1"),
                reversed=example({"rho": 0}, {"rho": "3/4"}, was="1", now="1"),
            ),
            ClaimEntry(
                "third_party_bargaining", "p_war", "rises",
                "Likelier support makes the target refuse a demand more often if only it knows whether support will come. If support is so likely that the challenger asks for less, there is no war.",
                "rho < rho* = (Delta + c0 - c1)/(Delta + c0 + c_C1)", "likely support, likely war",
                holds=example({"rho": "1/5"}, {"rho": "3/5"}, was="1/5", now="3/5"),
                reversed=example({"rho": "3/5"}, {"rho": "7/10"}, was="3/5", now="0"),
            ),
        ),
    ),
    Claim(
        "Alliances restrain partners",
        "entrapment",
        (
            ClaimEntry(
                "restraint", "concession_due_to_ally", "rises",
                "A target that would lose a valuable alliance by resisting concedes more, if its ally is reluctant. An ally that would support resistance restrains nobody.",
                "k/b > Delta + c_T", "a reluctant ally is worse than none",
                holds=example({"k": "3/5", "V_T": 0}, {"k": "3/5", "V_T": "3/20"}, was="0", now="3/20"),
                reversed=example({"k": "1/20", "V_T": 0}, {"k": "1/20", "V_T": "3/20"}, was="-1/5", now="-1/5"),
            ),
            ClaimEntry(
                "commitment_design", "p_provocation", "falls",
                "A patron that promises less help for a war that its protégé starts restrains it. A protégé that would not start one with the help promised before needs no restraint.",
                "beta_o < beta_R", "peace",
                holds=example({"beta_d": "9/10", "beta_o": "9/10"}, {"beta_d": "9/10", "beta_o": "3/5"}, was="1", now="0"),
                reversed=example({"beta_d": "3/5", "beta_o": "3/5"}, {"beta_d": "3/5", "beta_o": 0}, was="0", now="0"),
            ),
        ),
    ),
    Claim(
        "Dependence draws allies into each other's wars",
        "entrapment",
        (
            ClaimEntry(
                "alliance_dilemma", "p_both_strong", "rises",
                "Allies that lose more if the alliance decays commit to each other, once that loss and cohesion both exceed the cost of entrapment. If neither does, they go on hedging.",
                "x > e and sigma > e", "mutual commitment",
                holds=example({"x": "1/10"}, {"x": "7/10"}, was="0 16/49 1", now="1"),
                reversed=example({"sigma": "1/5", "x": "1/10"}, {"sigma": "1/5", "x": "2/5"}, was="0", now="0"),
            ),
            ClaimEntry(
                "chain_gang_buck", "p_both_balance", "rises",
                "Where offence dominates, so that one that balances alone fails, both balance or neither does, while before one passed the buck. Where balancing costs too much nobody does.",
                "o > max(c/v, 1 - c/v)", "offence dominance",
                holds=example({"o": "1/5"}, {"o": "4/5"}, was="0 4/9", now="0 1/9 1"),
                reversed=example({"o": "1/5", "c": "9/10"}, {"o": "4/5", "c": "9/10"}, was="0", now="0"),
            ),
            ClaimEntry(
                "repeated_alliance_dilemma", "delta_star_1", "falls",
                "Over time the fear of decay lets less patient allies commit if hedging would otherwise be dominant.",
                "delta* = (e - sigma)/(d + x) if sigma < e and x < e", "signs where patience cures abandonment",
                holds=example({"x": "1/10"}, {"x": "3/10"}, was="3/11", now="3/13"),
            ),
            ClaimEntry(
                "repeated_alliance_dilemma", "delta_star_1", "falls",
                "Where each would carry the alliance alone rather than let it decay, the fear of decay makes no difference.",
                "delta* = (e - sigma)/(d + e) if sigma < e < x", "signs where patience cures entrapment",
                reversed=example({"x": "3/5"}, {"x": "7/10"}, was="1/5", now="1/5"),
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
                "In a bargain over shares a patron with a larger own stake is paid less, unless the ally's stake rises as much.",
                "t = [(v - o_A) - (V - C - o_P)]/2", "who is paid less",
                holds=example({"V": 5}, {"V": 6}, was="1/2", now="0"),
                reversed=example({"V": 5, "v": 3}, {"V": 6, "v": 4}, was="1/2", now="1/2"),
            ),
            ClaimEntry(
                "repeated_burden", "provision", "falls",
                "Over time an ally that cares little is held to contribute like the others if it is patient enough. If it is not, contributions by all break down.",
                "n b_i > 1 and delta >= (1 - b_i)/(b_i (n - 1))", "unequal allies",
                reversed=example({"b": ("3/5", "3/5", "3/5"), "delta": "4/5"}, {"b": ("4/5", "3/5", "2/5"), "delta": "4/5"}, was="0 3", now="0 3"),
            ),
        ),
    ),
    Claim(
        "Larger groups provide less",
        "burden_sharing",
        (
            ClaimEntry(
                "olson_zeckhauser", "provision_ratio", "falls",
                "Among equal allies who contribute to a pure public good, each further member lowers the sum in relation to the efficient one.",
                "1/(alpha + n(1 - alpha))", "underprovision",
                holds=example({"w": (100, 100)}, {"w": (100, 100, 100, 100)}, was="10/17", now="10/31"),
            ),
            ClaimEntry(
                "repeated_burden", "delta_star_1", "rises",
                "More members need more patience if they share a given worth of a contribution. If it is worth as much to every further member, they need less.",
                "delta* = (1 - b)/(b(n - 1)), b = r/n if shared", "equal allies",
                holds=example({"b": ("3/4", "3/4")}, {"b": ("1/2", "1/2", "1/2")}, was="1/3", now="1/2"),
                reversed=example({"b": ("3/5", "3/5", "3/5")}, {"b": ("3/5", "3/5", "3/5", "3/5")}, was="1/3", now="2/9"),
            ),
            ClaimEntry(
                "intelligence_club", "delta_star_1", "rises",
                "A larger club has more to withhold from a hoarder and needs less patience.",
                "kappa/((n - 1)v)", "larger clubs",
                reversed=example({"v": (1, 1, 1)}, {"v": (1, 1, 1, 1, 1)}, was="1/2", now="1/4"),
            ),
        ),
    ),
    Claim(
        "Integration costs autonomy and buys security",
        "autonomy",
        (
            ClaimEntry(
                "autonomy_security", "s_star", "rises",
                "Integration buys security if the two powers would give up autonomy for it at different rates. Between equals nothing is exchanged, however much both need security.",
                "s* = (alpha lam_M/lam_m - alpha_M)/kappa", "no exchange between equals",
                holds=example({"alpha_M": 1}, {"alpha_M": 0}, was="0", now="1"),
                reversed=example({"alpha": 1, "alpha_M": 1}, {"alpha": 2, "alpha_M": 2}, was="0", now="0"),
                proved=("d(s_star)/d(alpha) > 0", "d(s_star)/d(lam_m) < 0"),
            ),
            ClaimEntry(
                "autonomy_security", "a_star", "rises",
                "It costs the protected power autonomy, the more the more security it is given. Where it is the major power that needs security more, that power concedes.",
                "a* = (3X + alpha_M)(X - alpha_M)/(4 kappa lam_M), X = alpha lam_M/lam_m", "Nash's treaty",
                holds=example({"lam_M": 1}, {"lam_M": 2}, was="3/4", now="3/2"),
                reversed=example({"alpha_M": 1}, {"alpha_M": 2}, was="0", now="-5/4"),
            ),
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
    ),
    Claim(
        "Reliable allies replace arms",
        "autonomy",
        (
            ClaimEntry(
                "autonomy_security", "arms", "falls",
                "A state that needs a given security arms less the more reliable its allies are. If their help costs too much autonomy, it relies on arms alone.",
                "min(S, k/(rho c))", "arms and allies",
                holds=example({"rho": "1/2"}, {"rho": 1}, was="3/10", now="3/20"),
                reversed=example({"rho": "1/2", "k": 3}, {"rho": 1, "k": 3}, was="1", now="1"),
            ),
        ),
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
                reversed=example({"a": "3/5"}, {"a": "13/20"}, was="1", now="1"),
            ),
            ClaimEntry(
                "noisy_monitoring", "value", "rises",
                "Fewer false alarms raise the best payoff of patient allies. While reports are too vague they change nothing.",
                "(q - p)pi > g p", "reports too vague",
                holds=example({"p": "1/5"}, {"p": "1/10"}, was="0 5/14 3/4", now="0 10/19 9/10"),
                reversed=example({"p": "11/20"}, {"p": "1/2"}, was="0", now="0"),
            ),
            ClaimEntry(
                "repeated_burden", "provision", "rises",
                "Ending contributions after a departure sustains them if allies are patient enough. Reciprocity alone does not make impatient allies contribute.",
                "delta >= (1 - b_i)/(b_i (n - 1))", "unequal allies",
                holds=example({"delta": "1/4"}, {"delta": "1/2"}, was="0", now="0 3"),
                reversed=example({"delta": "1/10"}, {"delta": "1/4"}, was="0", now="0"),
            ),
            ClaimEntry(
                "intelligence_club", "sharing", "rises",
                "That a hoarder receives nothing any more keeps patient members sharing. If sharing costs more than what is received, no patience is enough.",
                "delta >= kappa/((n - 1)v)", "critical patience",
                holds=example({"delta": "1/4"}, {"delta": "3/4"}, was="0", now="0 3"),
                reversed=example({"delta": "1/4", "kappa": 3}, {"delta": "3/4", "kappa": 3}, was="0", now="0"),
            ),
            ClaimEntry(
                "cheap_talk_consultation", "information", "rises",
                "Reports of an ally with its own interest are vague, the less so the nearer its interest. If it is far away nothing can be told.",
                "b < 1/4", "babbling",
                holds=example({"b": "1/5"}, {"b": "1/20"}, was="0 27/100", now="0 18/25 182/225"),
                reversed=example({"b": "1/2"}, {"b": "1/4"}, was="0", now="0"),
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
            ClaimEntry(
                "pivotal_alliance", "p_attack", "falls",
                "Taking a state under a treaty deters if the treaty is what makes the ally help. Where the ally would help anyway, the treaty adds nothing.",
                "-alpha < Delta v - c_A < 0 and k_A < p0 v", "the pivotal ally signs",
                holds=example({"k_A": "3/5"}, {"k_A": "1/10"}, was="1", now="0"),
                reversed=example({"k_A": "3/5", "c_A": "1/5"}, {"k_A": "1/10", "c_A": "1/5"}, was="0", now="0"),
            ),
            ClaimEntry(
                "decision_speed", "p_grab", "falls",
                "If the votes that are needed do not grow with their number, more members make a response in time likelier and can deter. Under consensus they make it less likely, and what few deter many do not.",
                "P(n, K, q) > P*", "votes and members",
                holds=example({"members": 2, "rule": "two thirds", "g": 19}, {"members": 3, "rule": "two thirds", "g": 19}, was="1", now="0"),
                reversed=example({"members": 12}, {"members": 30}, was="0", now="1"),
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
        "governance",
        (
            ClaimEntry(
                "decision_speed", "mean_time", "rises",
                "A consensus takes longer the more members there are, without bound, while the time that two thirds take does not grow beyond a limit. A commander who decides for all is as fast for many as for few.",
                "(1/(n - K + 1) + ... + 1/n)/lam", "how long it takes",
                holds=example({"members": 3}, {"members": 6}, was="11/6", now="49/20"),
                reversed=example({"members": 3, "rule": "delegation"}, {"members": 6, "rule": "delegation"}, was="1", now="1"),
            ),
            ClaimEntry(
                "decision_speed", "p_grab", "rises",
                "A grab that a consensus of few deters pays against a consensus of many. With two thirds of the votes many deter it, too.",
                "q^n < P* = g/(g + l) under consensus", "consensus",
                holds=example({"members": 12}, {"members": 30}, was="0", now="1"),
                reversed=example({"members": 12, "rule": "two thirds"}, {"members": 30, "rule": "two thirds"}, was="0", now="0"),
                proved=("p_timely < q",),
            ),
            ClaimEntry(
                "enlargement_club", "p_admitted", "falls",
                "Under unanimity each further member can veto. Where half of the votes are enough, further members need not stop a decision.",
                "q^n under unanimity", "votes with doubtful gains",
                holds=example({"theta": (1, "6/5"), "theta_new": 4}, {"theta": (1, "6/5", "3/2", 2), "theta_new": 4}, was="1", now="0"),
                reversed=example({"theta": (1, "6/5"), "theta_new": 4, "needed": 1}, {"theta": (1, "6/5", "3/2", 2), "theta_new": 4, "needed": 2}, was="1", now="1"),
            ),
        ),
    ),
    Claim(
        "Power transitions are dangerous",
        "deterrence",
        (
            ClaimEntry(
                "accession_window", "p_war", "rises",
                "A rival attacks if power is about to shift far enough against it. It waits if the shift is slow.",
                "delta h (Delta - gamma) > (1 - delta)[(1 - p1 + gamma) + (1 - delta)c_R]", "when the rival attacks",
                holds=example({"Delta": "1/10", "h": "1/4"}, {"Delta": "1/2", "h": "1/4"}, was="0", now="3/4"),
                reversed=example({"Delta": "1/10", "h": "1/20"}, {"Delta": "1/2", "h": "1/20"}, was="0", now="0"),
            ),
        ),
    ),
    Claim(
        "Fear alone can destroy peace",
        "deterrence",
        (
            ClaimEntry(
                "arms_multiplier", "p_build", "rises",
                "The more a state loses that is alone without the weapon, the more states build it that would rather not.",
                "c* = mu cbar/(cbar - d + mu)", "uniform costs",
                holds=example({"d": "2/5"}, {"d": "4/5"}, was="1/7", now="1/3"),
            ),
            ClaimEntry(
                "global_security_dilemma", "p_attack", "rises",
                "States attack out of fear if being struck is much worse than a war that both start. Weapons that make both worse alike change nothing.",
                "theta < f + s - w as noise vanishes", "greed, fear and deterrence",
                holds=example({"s": "1/2"}, {"s": 1}, was="0", now="1"),
                reversed=example({"s": "1/2", "w": "1/5"}, {"s": 1, "w": "7/10"}, was="0", now="0"),
            ),
        ),
    ),
)  # fmt: skip
"""All claims."""
