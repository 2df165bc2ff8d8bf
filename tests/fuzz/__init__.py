"""Inputs that nobody meant to send: seeded, numbered, and each to be answered all the same.

`DIGIT_LADDER_FUZZ_SEED` is the seed of all fuzzers, `DIGIT_LADDER_FUZZ_INPUTS` how many inputs each
of them makes. What fails is told by seed and number, and written to a file that can be sent again:
`nc localhost 8000 < input-17.http`.
"""
