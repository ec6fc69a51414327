"""Rules: what an organisation states, compiled, and asked about what a change holds."""
