"""What Wasserstein GANs with clipped critics learn of N(40, 1), and how many of their critics die."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_40_1_clipped",), members=20, part=5)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
