"""Comparative statics that the literature states, as claims: what each model's source says about signs.

Each row: key of the model, claim, where it is claimed, and the proposition or passage it renders in words.
"""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """A sign as published."""

    model: str
    claim: str
    where: tuple[str, ...]
    words: str


def row(model, claim, words, *where):
    return Published(model, claim, where, words)


SIGNS = (
    # mutual deterrence
    row("mutual_deterrence", "d(y_A)/d(p_A) < 0", "bluffing becomes rarer with own credibility", "Bluffing"),
    row("mutual_deterrence", "d(x_A)/d(p_A) > 0", "hybrid demands become more frequent with own credibility"),
    row("mutual_deterrence", "d(a_H)/d(a_CC) < 0", "satisfaction with the status quo lowers the credibility that deters"),
    row("mutual_deterrence", "d(a_H)/d(a_DC) > 0", "ambition raises the credibility that deters"),
    row("mutual_deterrence", "d(a_S)/d(a_CC) < 0", "satisfaction lowers the credibility that separates"),
    row("mutual_deterrence", "a_s0 < a_H", "soft challengers are deterred by less than hard ones"),
    # unilateral deterrence
    row("unilateral_deterrence", 'd(Pr("always"))/d(p_C) > 0', "a challenger more likely to be hard bluffs more", "Bluff"),
    row("unilateral_deterrence", 'd(Pr("deny"))/d(p_D) < 0', "a more credible defender bluffs less", "Bluff"),
    row("unilateral_deterrence", "d(c1)/d(c_SQ) < 0", "a happier challenger is deterred by less credibility"),
    row("unilateral_deterrence", "d(c1)/d(c_DDp) > 0", "a challenger who likes conflict better is deterred by more credibility only"),
    row("unilateral_deterrence", "c2 < c1", "soft challengers are deterred first"),
    row("unilateral_deterrence", 'd(Pr("always"))/d(d_CD) < 0', "bluffs become rarer with what calling them is worth", "Bluff"),
    row("unilateral_deterrence", "d(p_war)/d(c_SQ) < 0", "satisfaction with the status quo makes war rarer", "Bluff"),
    # extended deterrence by a pawn
    row("extended_deterrence_basic", "d(rho_star)/d(c0) < 0", "costs of war alone lower the critical reliability"),
    row("extended_deterrence_basic", "d(rho_star)/d(c1) < 0", "costs of joint war lower the critical reliability"),
    row("extended_deterrence_basic", "d(rho_star)/d(V) > 0", "valuable pawns need more reliability"),
    row("extended_deterrence_basic", "d(a_star)/d(v) < 0", "interests substitute for tied hands"),
    row("extended_deterrence_basic", "d(a_star)/d(kbar) > 0", "doubts about the patron's costs ask for hands tied more"),
    # three-party extended deterrence
    row("tped", "d(attack_protege)/d(rho_D) < 0", "a reliable defender makes an attack on the protégé worse"),
    row("tped", "d(attack_protege)/d(rho_P) == 0", "the protégé's own reliability does not protect it"),
    row(
        "tped",
        "c_BP == c_BD implies (attack_protege > attack_defender implies rho_D < rho_P)",
        "of two states the more reliable is attacked",
    ),
    row("tped", "d(rho_D_min)/d(c_SQ) < 0", "satisfaction lowers the reliability that deters"),
    # tripartite crisis
    row("tripartite_crisis", "d(s_S)/d(p_P) > 0", "support rises in loyalty if realignment is the better prize", "c_PR > c_CW"),
    row("tripartite_crisis", "d(s_S)/d(p_P) < 0", "and falls if it is the worse", "c_PR < c_CW"),
    row("tripartite_crisis", "d(x_S)/d(p_C) > 0", "soft challengers demand more often the likelier they are to be hard", "Straddle"),
    row("tripartite_crisis", "d(r_star)/d(p_P) > 0", "a protégé likely to realign makes support worth more risk"),
    # tying hands, sinking costs
    row("hands_vs_sunk", "d(v_T)/d(q) > 0", "tying hands needs more resolve the likelier the target resists"),
    row("hands_vs_sunk", "d(m_T)/d(q) < 0", "and smaller audience costs"),
    row("hands_vs_sunk", "d(v_T)/d(p) < 0", "power lowers the resolve needed to tie hands"),
    row("hands_vs_sunk", "d(m_T)/d(c) > 0", "costs of war raise the audience costs needed"),
    row("hands_vs_sunk", "d(m_S)/d(p) < 0", "power lowers the costs to be sunk"),
    row("hands_vs_sunk", "EU_T > EU_S", "tying hands beats sinking costs"),
    row("hands_vs_sunk", "p_war_tying > p_war_sinking", "but ends in war more often"),
    row("hands_vs_sunk", "d(p_signal_tying)/d(q) < 0", "the likelier resistance the fewer signals"),
    row("hands_vs_sunk", "d(p_signal_sinking)/d(p) > 0", "strong patrons sink costs more often"),
    # alliances as signals
    row("alliance_signal", "d(x)/d(phi) > 0", "bluffed alliances become more frequent with the prior", "Bluff"),
    row("alliance_signal", "d(y)/d(k_t) < 0", "costly alliances are challenged less"),
    row("alliance_signal", "d(phi_star_tight)/d(beta_t) < 0", "tightness substitutes for reputation"),
    # reliability and selection
    row("alliance_selection", "d(rho_T)/d(v_T) < 0", "targets with more at stake resist with less reliable allies"),
    row("alliance_selection", "d(rho_T)/d(c_T) > 0", "costs of war ask for more reliable allies"),
    # the alliance dilemma
    row("alliance_dilemma", "d(indifference_1)/d(e_1) > 0", "the firmness needed rises in the cost of entrapment", "Stag hunt"),
    row("alliance_dilemma", "d(indifference_1)/d(x_1) < 0", "and falls in the loss from abandonment", "Stag hunt"),
    row("alliance_dilemma", "d(indifference_1)/d(sigma_1) < 0", "and in what cohesion is worth", "Stag hunt"),
    # commitment design
    row("commitment_design", "d(beta_D)/d(V) > 0", "valuable targets need more commitment"),
    row("commitment_design", "d(beta_D)/d(k_C) < 0", "costs of war to the challenger need less"),
    row("commitment_design", "d(beta_R)/d(k_B) > 0", "costs of war to the protégé allow more commitment"),
    row("commitment_design", "d(beta_R)/d(G) < 0", "its gains from provocation allow less"),
    # moral hazard
    row("moral_hazard_contract", "d(offer_in_crisis)/d(t) == 1/2", "half of a transfer is a deterrence surplus"),
    row("moral_hazard_contract", "d(risk_in_crisis)/d(t) == 1/(2*cbar)", "and it makes war in a crisis likelier"),
    row("moral_hazard_contract", "d(risk_in_crisis)/d(t) > 0", "moral hazard"),
    row("moral_hazard_contract", "t_det <= cbar + c_C", "the transfer that deters is below what makes war certain"),
    # coalition leader
    row("coalition_signal", "d(x)/d(p_h) > 0", "partners who leave discourage bluffs", "Bluff"),
    row("coalition_signal", "d(p_l_star)/d(k) < 0", "expensive mobilisation widens restraint"),
    # enlargement
    row("enlargement_trust", "d(m)/d(c) > 0", "costs of being exploited raise the trust needed"),
    row("enlargement_trust", "d(m)/d(g_R) > 0", "gains from exploitation raise the trust needed"),
    row("enlargement_trust", "sigma_S < sigma_X implies t_E < t < t_N", "enlargement lowers trust and restraint raises it"),
    row("enlargement_trust", "d(sigma_S)/d(b_S) > 0", "the more a benign state gains the more often it enlarges"),
    row("arms_multiplier", "d(c_star_uniform)/d(mu) > 0", "gains from arming alone spread arming", "cbar > d"),
    row("arms_multiplier", "d(c_star_uniform)/d(d) > 0", "fear spreads arming", "cbar > d"),
    row("global_security_dilemma", "d(cutoff)/d(f) == 1", "greed moves the threshold of war one for one"),
    row("global_security_dilemma", "d(theta_star)/d(s) == 1 and d(theta_star)/d(w) == -1", "fear as much, and the pain of war back"),
    row("accession_window", "d(h_star)/d(Delta) < 0", "shifts of power make long windows dangerous"),
    row("accession_window", "d(h_star)/d(c_R) > 0", "costs of war make windows safe"),
    row("accession_window", "d(h_star)/d(p1) < 0", "strong rivals use shorter windows"),
    # burden-sharing
    row("olson_zeckhauser", "d(provision_if_all_contribute)/d(alpha) > 0", "tastes for the common good raise provision"),
    row("olson_zeckhauser", "provision_if_all_contribute < efficient_provision", "provision is too low"),
    row(
        "olson_zeckhauser", "d(provision_if_all_contribute)/d(w_1) == d(provision_if_all_contribute)/d(w_2)", "wealth transfers are neutral"
    ),
    row("joint_product", "d(burden_if_equal)/d(gamma) > 0", "private by-products raise burdens"),
    row("joint_product", "d(ratio_if_equal)/d(gamma) > 0", "and bring them closer to efficiency"),
    # strategic probit
    row("strategic_probit", "d(p_resist)/d(u24) > 0", "resolve shows"),
)
"""The published signs."""

FALSE = Published(
    "strategic_probit",
    "d(p_attack)/d(u24) < 0",
    ("u14 < u13",),
    "under private information a more resolute defender is attacked less",
)
"""A claim that is believed and false."""
