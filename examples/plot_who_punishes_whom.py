"""
Who punishes whom: strategies as machines
=========================================

That a pact *can* be kept is half an answer. The other half is how: who is punished after which departure, by whom, for how long, and why
those who punish do not shrink from it. Strategies are finite machines here, and each comes with a certificate. Punishments that start
anew whenever somebody departs are the penal codes of :cite:t:`abreu1988theory`.
"""

# %%
# Unequal allies
# --------------
#
# Ally 1 would always rather hedge: entrapment costs it more than cohesion repays, and more than it would lose if the alliance decayed. Ally 2
# fears decay above all. In a single period Ally 2 carries the alliance alone, and Ally 1 likes nothing better. A threat to go back to that is no threat.

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.RepeatedAllianceDilemma(d=1, e="1/2", sigma="1/5", x=["1/10", "9/10"], delta="3/5")
game = model.game()
print(ag.critical_discount(game, ("strong", "strong")))

# %%
# The best punishments do better. Allies who value the next period at 3/11 of the present one can commit to each other:

best = ag.critical_discount(game, ("strong", "strong"), punishment="optimal")
print(best)

# %%
# Amends
# ------
#
# Here is a machine in plain words. If Ally 1 departs it has to make *amends*: commit alone while the other hedges, until a lottery forgives it. It
# accepts, since refusing means to begin again; and the reward for amends is the free ride that it likes best. If Ally 2 departs it carries the
# alliance for ever, which it prefers to decay.

amends = model.amends(game.stage)
print(amends.describe())

# %%
# Drawn: normal play has thick lines, dashed arrows are departures.

fig, ax = plt.subplots(figsize=(5.4, 4.8), gridspec_kw={"left": 0.01, "right": 0.99, "bottom": 0.01, "top": 0.89})
amends.plot(ax=ax)
ax.set_title("Ally 1 makes amends by committing alone;\nAlly 2 carries the alliance if it departs", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# The certificate
# ---------------
#
# Nobody gains by departing once, in any state, and therefore nobody gains by any departure whatever. The *slack* says what each departure loses.
# It is zero in one place: Ally 1 is indifferent to making amends, so that no worse punishment is possible.

certificate = ag.one_shot_deviations(game, amends)
print(certificate.summary())

# %%
# With less patience slacks shrink. At 3/11 keeping the pact is just worth it for Ally 1; below, it is not, and by the same argument no other
# punishment helps.

patience = ["3/5", "2/5", "3/11"]
certificates = [
    ag.one_shot_deviations(point.game(), point.amends(game.stage)) for point in (model.replace(delta=delta) for delta in patience)
]
departures = [(one.state, one.player, one.action) for one in certificate.deviations]

fig, ax = plt.subplots(figsize=(8.2, 4.0), layout="constrained")
colours = ["#9ecae1", "#4292c6", "#084594"]
for k, (delta, found, colour) in enumerate(zip(patience, certificates, colours, strict=True)):
    rows = [row + 0.26 * (k - 1) for row in range(len(departures))]
    ax.barh(rows, [float(found.slack(*one)) for one in departures], height=0.24, color=colour, label=rf"$\delta = {delta}$")
ax.set_yticks(range(len(departures)), [f"{state}: {player} plays {action}" for state, player, action in departures])
ax.invert_yaxis()
ax.axvline(0, color="0.3", linewidth=0.8)
ax.set_xlabel("slack: what the departure loses")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
ax.set_title("No departure pays; with less patience the pact itself becomes the weakest point", loc="left", fontsize="medium")
ag.plotting.show()

# %%
# Noise
# -----
#
# Machines can also be played. If allies err once in fifty periods, how often are both committed? Forgiveness is not what it seems: the machine
# forgives Ally 1 by leaving the burden to Ally 2, and never returns to the pact. A code that returns would be kinder; whether it is an
# equilibrium is one call away.

kinder = ag.Automaton(
    game.stage,
    {"pact": ("strong", "strong"), "amends 1": ("strong", "weak"), "amends 2": ("weak", "strong")},
    {
        "pact": {"Ally 1": "amends 1", "Ally 2": "amends 2", "otherwise": "pact"},
        "amends 1": {"Ally 1": "amends 1", "otherwise": "pact"},
        "amends 2": {"Ally 2": "amends 2", "otherwise": "pact"},
    },
)
for name, machine in {"amends": amends, "kinder": kinder}.items():
    paths = machine.simulate(periods=200, runs=500, rng=1, noise="1/50")
    committed = (paths.actions == 0).all(axis=2).mean()
    print(f"{name}: equilibrium {ag.one_shot_deviations(game, machine).holds}, both committed in {committed:.0%} of all periods")
