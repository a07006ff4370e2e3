"""Published formulas on arrays: small frozen results, no columns, no files, no fitted-model objects.

Every function here is checked in `tests/reference` against R or a case worked by hand.
"""
