"""A package of its own, so that no module of the target is hidden by one of the harness with the same name."""
