"""
Signs with proofs: a resolute defender may invite attack
========================================================

Which way does an outcome move when a parameter does? Papers answer with a table of signs and a proof in the appendix. Here both are computed:
every sign holds at all admissible values of all parameters, or there are two points that show that it does not. The models are unilateral
deterrence :cite:p:`zagare2000perfect` and the strategic probit :cite:p:`signorino2003structure`.
"""

# %%
# A table of signs
# ----------------
#
# In the model of unilateral deterrence each regime has its own equilibrium, and its own comparative statics. Nothing below rests on numbers.

import alliancegames as ag

model = ag.models.UnilateralDeterrence()
print(model.statics(["p_war", "p_concession", "c1", "c2", "d1"]))

# %%
# In the bluffing regime the risk of war does not depend on how credible the defender is, but on how satisfied the challenger is with the status
# quo. Which assumptions does this rest on? Of all that the model assumes, four inequalities.

print(ag.prove("d(p_war)/d(c_SQ) < 0", model, where="Bluff"))
print(ag.minimal_assumptions("d(p_war)/d(c_SQ) < 0", model, where="Bluff").needed)

# %%
# A belief that is false
# ----------------------
#
# A defender who likes war better is attacked less, if challengers like concessions better than war: so it seems, and if the errors in the
# statistical model of crises are trembles it is true. If they are private information it is not.

trembling = ag.models.StrategicProbit(errors="agent error")
private = ag.models.StrategicProbit(errors="private information")
for game in (trembling, private):
    print(ag.prove("d(p_attack)/d(u24) < 0", game, where="u14 < u13"))

# %%
# The result
# ----------
#
# How large is the set of exceptions? Interval arithmetic proves the sign box by box. With concessions worth 1.74 and the status quo 0.174 to the
# challenger, more resolve invites attack where the defender's resolve is low and war nearly as good for the challenger as a concession.

game = private.replace(u11="0.174", u13="1.74")
field = ag.statics.sign_field(game, "d(p_attack)/d(u24)", "u24", "u14", xlim=(-4, 4), ylim=("-1.26", "1.74"))
ax = field.plot()
ax.plot(-1.989, 1.263, "k.", markersize=6)
ax.annotate("a counterexample", (-1.989, 1.263), xytext=(-0.6, 0.55), fontsize="small", arrowprops={"arrowstyle": "-", "lw": 0.6})
ax.set(xlabel="defender's resolve $u_{24}$", ylabel="challenger's utility of war $u_{14}$ (a concession: 1.74)")
ax.set_title("More resolve invites attack where war costs the challenger little", loc="left", fontsize="medium")
ag.plotting.show()
