"""What becomes of Wasserstein GANs on N(2, 1) under the usual gradient penalty, lambda 10."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_2_1_penalty",), members=10, part=10)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
