"""Seeded, numbered inputs that no client means to send.

`DIGIT_LADDER_FUZZ_SEED` is the seed of all fuzzers, `DIGIT_LADDER_FUZZ_INPUTS` how many inputs each
of them makes. A failure names seed and number, and saves the input in a file that can be sent
again: `nc localhost 8000 < input-17.http`.
"""
