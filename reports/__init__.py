"""Words, evidence and the typeset report: reads what runs found, computes nothing."""
