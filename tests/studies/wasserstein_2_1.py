"""What Wasserstein GANs with clipped critics learn of N(2, 1), and how many of their critics die."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_2_1_clipped",), members=10, part=5)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
