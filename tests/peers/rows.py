"""Functions of other libraries as rows: what they compute, and how they are called, as Python source.

The source is what the laws run and what the report shows as a command, so that the two cannot differ.
"""

import contextlib
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np

__all__ = ["PEERS", "Peer"]

OURS = "gan-theory"


@dataclass(frozen=True)
class Peer:
    """One function of one library.

    Attributes:
        domain: which laws it is held to.
        name: what its column is called.
        package: the distribution that it comes with.
        setup: statements that import it.
        call: an expression in the domain's arguments.
        computes: which divergence, where the domain has several.
    """

    domain: str
    name: str
    package: str
    setup: str
    call: str
    computes: str = ""

    @property
    def version(self) -> str:
        return metadata.version(self.package).partition("+")[0]

    @property
    def ours(self) -> bool:
        return self.package == OURS

    def __call__(self, *arguments: Any) -> np.ndarray:
        """Its answer as an array; silent, as a warning is no refusal."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.asarray(_function(self)(*arguments))

    def warns(self, *arguments: Any) -> bool:
        """Whether its user is warned."""
        with warnings.catch_warnings(record=True) as seen, contextlib.suppress(Exception):
            warnings.simplefilter("always")
            _function(self)(*arguments)
        return bool(seen)


ARGUMENTS = {
    "vectors": "p, q",
    "gradients": "p, q",
    "line": "x, y, a, b",
    "normals": "m, s, n, t",
    "gaussians": "m, A, n, B",
    "plans": "a, b, M",
    "potentials": "x, y, a, b",
}


@cache
def _function(peer: Peer) -> Any:
    names: dict[str, Any] = {}
    exec(peer.setup, names)
    return eval(f"lambda {ARGUMENTS[peer.domain]}: {peer.call}", names)


NP = "import numpy as np; "
TORCH = "import numpy as np, torch; "
CATEGORICAL = "from torch.distributions import Categorical, kl_divergence"
JACOBIAN = TORCH + "from torch.autograd.functional import jacobian; "

# fmt: off
PEERS = (
    Peer("vectors", "kl_divergence", OURS, NP + "from divergences import kl_divergence", "kl_divergence(p, q)", "kl"),
    Peer("vectors", "entropy", "scipy", NP + "from scipy.stats import entropy", "entropy(p, q, axis=-1)", "kl"),
    Peer("vectors", "rel_entr", "scipy", NP + "from scipy.special import rel_entr", "rel_entr(p, q).sum()", "kl"),
    Peer("vectors", "kl_div", "scipy", NP + "from scipy.special import kl_div", "kl_div(p, q).sum()", "kl"),
    Peer(
        "vectors", "F.kl_div", "torch", TORCH + "import torch.nn.functional as F",
        "F.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction='sum').numpy()", "kl",
    ),
    Peer(
        "vectors", "Categorical", "torch", TORCH + CATEGORICAL,
        "kl_divergence(Categorical(torch.tensor(p)), Categorical(torch.tensor(q))).numpy()", "kl",
    ),
    Peer(
        "vectors", "jensen_shannon_distance", OURS, NP + "from divergences import jensen_shannon_distance",
        "jensen_shannon_distance(p, q)", "root_js",
    ),
    Peer(
        "vectors", "jensenshannon", "scipy", NP + "from scipy.spatial.distance import jensenshannon",
        "jensenshannon(p, q, axis=-1)", "root_js",
    ),
    Peer(
        "gradients", "kl_divergence", OURS, JACOBIAN + "from divergences import kl_divergence",
        "jacobian(lambda p: kl_divergence(p, torch.tensor(q)), torch.tensor(p)).numpy()",
    ),
    Peer(
        "gradients", "F.kl_div", "torch", JACOBIAN + "import torch.nn.functional as F",
        "jacobian(lambda p: F.kl_div(torch.tensor(q).log(), p, reduction='sum'), torch.tensor(p)).numpy()",
    ),
    Peer(
        "gradients", "Categorical", "torch", JACOBIAN + CATEGORICAL,
        "jacobian(lambda p: kl_divergence(Categorical(p), Categorical(torch.tensor(q))), torch.tensor(p)).numpy()",
    ),
    Peer(
        "line", "wasserstein_distance", OURS, NP + "from optimal_transport import wasserstein_distance",
        "wasserstein_distance(x, y, a, b)", "plan",
    ),
    Peer(
        "line", "wasserstein_distance", "scipy", NP + "from scipy.stats import wasserstein_distance",
        "wasserstein_distance(x, y, a, b)",
    ),
    Peer(
        "line", "wasserstein_distance_nd", "scipy", NP + "from scipy.stats import wasserstein_distance_nd",
        "wasserstein_distance_nd(x[:, None], y[:, None], a, b)",
    ),
    Peer("line", "wasserstein_1d", "POT", "import numpy as np, ot", "ot.wasserstein_1d(x, y, a, b, p=1)"),
    Peer(
        "line", "emd2", "POT", "import numpy as np, ot",
        "ot.emd2(a, b, ot.dist(x[:, None], y[:, None], metric='euclidean'))", "plan",
    ),
    Peer(
        "line", "sinkhorn2", "POT", "import numpy as np, ot",
        "ot.sinkhorn2(a, b, ot.dist(x[:, None], y[:, None], metric='euclidean'), reg=0.1)",
    ),
    Peer(
        "normals", "divergence", OURS, "from scipy.stats import norm; from divergences import divergence",
        "divergence(norm(m, s), norm(n, t), 'kl').value",
    ),
    Peer(
        "normals", "Normal", "torch", "import torch; from torch.distributions import Normal, kl_divergence",
        "kl_divergence(*(Normal(*torch.tensor(v, dtype=torch.float64)) for v in ((m, s), (n, t)))).numpy()",
    ),
    Peer(
        "normals", "integrate.quad", "scipy",
        "from numpy import inf; from scipy.stats import norm; from scipy.integrate import quad",
        "quad(lambda x: norm.pdf(x, m, s) * (norm.logpdf(x, m, s) - norm.logpdf(x, n, t)), -inf, inf)[0]",
    ),
    Peer(
        "gaussians", "gaussian_wasserstein_distance", OURS,
        NP + "from optimal_transport import gaussian_wasserstein_distance", "gaussian_wasserstein_distance(m, A, n, B)",
    ),
    Peer(
        "plans", "rational_transport", OURS, NP + "from optimal_transport import rational_transport",
        "float(rational_transport(M, a, b).cost)", "fractions",
    ),
    Peer(
        "plans", "optimal_transport", OURS, NP + "from optimal_transport import optimal_transport",
        "optimal_transport(a=a, b=b, cost_matrix=M).cost",
    ),
    Peer("plans", "emd2", "POT", "import numpy as np, ot", "ot.emd2(a, b, M)", "fractions"),
    Peer(
        "potentials", "optimal_transport", OURS, NP + "from optimal_transport import optimal_transport",
        "(lambda f, g: (f[:, None] + g - abs(x[:, None] - y)).max())(*optimal_transport(x, y, a, b).potentials)",
    ),
    Peer(
        "potentials", "emd2", "POT", "import numpy as np, ot",
        "(lambda M: (lambda d: (d['u'][:, None] + d['v'] - M).max())(ot.emd2(a, b, M, log=True)[1]))"
        "(abs(x[:, None] - y))",
    ),
    Peer(
        "potentials", "emd of a sparse matrix", "POT", "import numpy as np, ot; from scipy.sparse import coo_array",
        "(lambda M: (lambda d: (d['u'][:, None] + d['v'] - M).max())(ot.emd(a, b, coo_array(M), log=True)[1]))"
        "(abs(x[:, None] - y))",
    ),
    Peer(
        "potentials", "emd2_lazy", "POT", "import numpy as np, ot",
        "(lambda d: (d['u'][:, None] + d['v'] - abs(x[:, None] - y)).max())"
        "(ot.emd2_lazy(x[:, None], y[:, None], a, b, metric='euclidean', log=True)[1])",
    ),
    Peer(
        "gaussians", "bures_wasserstein_distance", "POT", "import numpy as np, ot",
        "ot.gaussian.bures_wasserstein_distance(m, n, A, B)",
    ),
)
# fmt: on
