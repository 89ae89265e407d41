"""What Wasserstein GANs with clipped critics learn of N(2, 1), and how many of their critics die.

Rounding grows over the 1,580 steps of these critics in an epoch: 0.045 measured in the scale.
"""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_2_1_clipped",), members=20, part=5, drift=0.1)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
