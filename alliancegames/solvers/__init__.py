"""How games are solved: one file a method, one entry function a concept."""

import lazy_loader

# Functions that are called like their module are loaded now: the module must not take their place later.
from alliancegames.solvers.backward_induction import backward_induction as backward_induction
from alliancegames.solvers.commitment import commitment as commitment
from alliancegames.solvers.components import components as components
from alliancegames.solvers.logit_branches import logit_branches as logit_branches
from alliancegames.solvers.nash import nash as nash
from alliancegames.solvers.quantal_response import quantal_response as quantal_response
from alliancegames.solvers.supermodular import supermodular as supermodular
from alliancegames.solvers.tree_components import tree_components as tree_components
from alliancegames.solvers.zero_sum import zero_sum as zero_sum

# All names are listed once, in the stub beside this file; modules are loaded when one of their names is first used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
