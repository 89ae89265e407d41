"""How often a GAN trained as in the thesis learns N(2, 1): 100 seeds for each of two losses, exact W1 every epoch."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_2_1", "normal_2_1_non_saturating"), members=100, part=50)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
