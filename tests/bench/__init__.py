"""Benchmarks: our search against others, on text that nobody here wrote. They print; nothing imports them."""
