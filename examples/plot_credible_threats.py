"""
Credible threats: a promise that nobody would keep
==================================================

A challenger may wait, probe or attack. A patron has promised to intervene, but learns only *that* something has happened, not how bad it
is. The promise deters in a Nash equilibrium and even in a subgame-perfect one. It does not survive the question what the patron would do
if the day came. Which equilibria remain is the question of perfection :cite:p:`selten1975reexamination` and sequential rationality
:cite:p:`kreps1982sequential`.
"""

# %%
# The crisis as a tree
# --------------------
#
# A tree is written as it is drawn. Both moves of the patron carry the same ``information_set``: he cannot tell a probe from an attack. If
# he abandons his protégé he pays a price, to be varied below; without a treaty it is zero.

from fractions import Fraction

import matplotlib.pyplot as plt

import alliancegames as ag


def crisis(price=0):
    def patron(intervention, abandonment):
        taken, left = abandonment
        branches = {"intervene": ag.End(intervention, "war"), "abandon": ag.End((taken, left - price), "loss")}
        return ag.Move("Patron", branches, information_set="Patron")

    moves = {
        "wait": ag.End((0, 3), "status quo"),
        "probe": patron((-1, -1), (1, 1)),
        "attack": patron((-2, -1), (2, 0)),
    }
    return ag.ExtensiveGame(["Challenger", "Patron"], ag.Move("Challenger", moves))


game = crisis()
print(game)

# %%
# What Nash equilibrium allows
# ----------------------------
#
# In the strategic form the challenger waits if it expects intervention with probability 1/2 or more, and as long as it waits the promise
# costs nothing. The list is complete: the first two equilibria are the ends of a continuum of promises.

eqs = ag.nash(game.normal_form())
print(eqs)

# %%
# Subgame perfection does not help. The patron's move starts no subgame, since he does not know where he is.

print(ag.subgame_perfect(game))

# %%
# What credibility requires
# -------------------------
#
# In a *sequential* equilibrium the patron must act well at his information set, given what he believes has happened. Abandoning is better
# after a probe (1 against -1) and after an attack (0 against -1), so no belief supports the promise. One equilibrium is left, and nobody
# is deterred.

credible = ag.sequential_equilibria(game)
print(credible.summary())

# %%
# The two predictions: moves that are played are thick, black where play passes and grey where it does not. In the first the promise is a
# grey line: it is never put to the test.

empty = game.profile({"Challenger": "wait", "Patron": "intervene"})
predictions = {
    "Nash equilibrium: a promise that is never tested deters": empty,
    "Sequential equilibrium: the patron would not keep it, and the challenger attacks": credible[0].profile,
}
fig, panels = plt.subplots(2, 1, figsize=(6.5, 6.3), gridspec_kw={"left": 0.01, "right": 0.99, "bottom": 0.01, "top": 0.94, "hspace": 0.16})
for ax, (title, profile) in zip(panels, predictions.items(), strict=True):
    game.plot(profile, ax=ax)
    ax.set_title(title, loc="left", fontsize="medium")
ag.plotting.show()

# %%
# What makes a promise credible
# -----------------------------
#
# A treaty raises the price of abandonment. At a price below 1 the challenger still attacks. Between 1 and 2 the patron would intervene
# against an attack but not against a probe: now beliefs decide, and the challenger gets no more than by waiting. Above 2 he would
# intervene whatever he believes, and deterrence is the only sequential equilibrium.

for price in (Fraction(1, 2), Fraction(3, 2), Fraction(5, 2)):
    print(f"Price of abandonment {price}:")
    for family in ag.sequential_equilibria(crisis(price)):
        print(f"  {family}")
