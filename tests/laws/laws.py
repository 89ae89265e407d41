"""The laws that every row of the table of f-divergences obeys, each with a wrong twin that it catches.

A law is a function of a row that raises AssertionError. Between them they pin every cell: ``tests.laws.mutate`` alters
the cells one by one and shows which law notices. Generators and conjugates are evaluated with sixty digits, so that
their laws have no tolerance to speak of; what is left is the rounding of the constants in the table.
"""

from tests.laws import twins
from tests.laws.law import Law
from tests.laws.of_conjugates import (
    activation_rises_through_the_domain,
    conjugate_domain_is_where_it_is_finite,
    conjugate_far_down_is_minus_the_value_at_zero,
    fenchel_young_equality,
    fenchel_young_inequality,
    penalty_is_the_conjugate_of_the_activation,
)
from tests.laws.of_divergences import (
    integrand_is_the_standardised_generator,
    nothing_is_negative_and_only_equals_are_at_zero,
    power_is_the_largest_metric,
    processing_loses_divergence,
    range_ends_at_disjoint_supports,
    slopes_are_the_derivatives_of_the_integrand,
    symmetry_is_that_of_the_generator,
    variational_form_is_attained_at_the_derivative,
)
from tests.laws.of_generators import (
    corner_is_where_the_slope_jumps,
    derivative_is_the_slope,
    generator_is_convex,
    generator_vanishes_at_one,
    limits_are_limits,
    order_is_that_of_the_curvature,
    weight_is_that_of_the_curvature,
)

__all__ = ["LAWS", "Law"]

LAWS = (
    Law(generator_vanishes_at_one, twins.shifted_generator),
    Law(generator_is_convex, twins.wavy_generator),
    Law(derivative_is_the_slope, twins.scaled("derivative")),
    Law(corner_is_where_the_slope_jumps, twins.other_corner),
    Law(limits_are_limits, twins.wrong_limit),
    Law(fenchel_young_inequality, twins.lowered_conjugate),
    Law(fenchel_young_equality, twins.scaled("conjugate")),
    Law(conjugate_domain_is_where_it_is_finite, twins.other_end),
    Law(conjugate_far_down_is_minus_the_value_at_zero, twins.wrong_limit),
    Law(activation_rises_through_the_domain, twins.wavy_activation),
    Law(penalty_is_the_conjugate_of_the_activation, twins.scaled("penalty")),
    Law(integrand_is_the_standardised_generator, twins.cancelling_integrand),
    Law(slopes_are_the_derivatives_of_the_integrand, twins.steeper_in_p),
    Law(nothing_is_negative_and_only_equals_are_at_zero, twins.lowered),
    Law(range_ends_at_disjoint_supports, twins.clamped),
    Law(processing_loses_divergence, twins.inhomogeneous),
    Law(symmetry_is_that_of_the_generator, twins.symmetrised),
    Law(power_is_the_largest_metric, twins.larger_power),
    Law(order_is_that_of_the_curvature, twins.other_order),
    Law(weight_is_that_of_the_curvature, twins.other_weight),
    Law(variational_form_is_attained_at_the_derivative, twins.derivative_elsewhere),
)
