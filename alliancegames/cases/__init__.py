"""Historical cases: a model, sourced parameters, a reading."""
