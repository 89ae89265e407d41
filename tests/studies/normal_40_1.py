"""Whether a GAN learns N(40, 1): new networks, those trained on N(2, 1) and another loss; exact W1."""

from tests.studies.ensembles import Ensembles

STUDY = Ensembles(("normal_40_1", "normal_40_1_continued", "normal_40_1_non_saturating"), members=100, part=50, every=5)
PARAMETERS, CELLS, run = STUDY.parameters, STUDY.cells, STUDY.run
