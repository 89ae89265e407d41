"""What Wasserstein GANs with gradient penalty learn: lambda 10 and lambda 0.1 on N(2, 1)."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_2_1_penalty", "normal_2_1_light_penalty"), members=10, part=10)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
