"""The performance figures, re-runnable: `make bench` writes RESULTS.md. Ratios in one run; machines are noisy."""
